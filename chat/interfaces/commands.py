"""The commands of the command line: each opens the library, does one thing, shows it, and gives a status."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from chat.interfaces.terminal import Screen, clean, one_line
from ingest.errors import EmptySource, LibraryBusy, NotInLibrary

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from chat.remote import RemoteAssistant
    from retrieval.hit import Filter
    from retrieval.report import DocumentInfo

DONE, FAILED, WRONG_USAGE, SOME_FAILED = 0, 1, 2, 3
_AT_ONCE = 1000  # rows of the list that are asked for together
INTERRUPTED = 130  # as a shell counts what SIGINT ends


def add(given: Namespace, screen: Screen) -> int:
    """Add files, folders, pages and standard input; 3 if any of them failed."""
    from chat.interfaces import show
    from chat.interfaces.progress import bar, stopping

    collection = given.collection or "default"
    with opened(given) as assistant, bar() as told, stopping() as cancel:
        if given.sources == ["-"]:
            data = sys.stdin.buffer.read()
            report = assistant.add_bytes(data, source=given.source, collection=collection)
        else:
            report = assistant.add(*given.sources, collection=collection, on_progress=told, cancel=cancel)
    if screen.json_wanted:
        screen.data(asdict(report))
    elif not (report.added or report.unchanged or report.failed or report.waiting):
        screen.lines(["There is nothing to add: no files are there."])
    else:
        screen.lines([show.added_line(report), *show.foreign_lines(report, screen)])
        if report.failed:
            screen.lines(show.failure_lines(report.failed, screen))
    if report.cancelled:
        sys.stderr.write("footnote: stopped; the same command goes on from here\n")
        return INTERRUPTED
    return SOME_FAILED if report.failed else DONE


def list_(given: Namespace, screen: Screen) -> int:
    """Show the documents, and what could not be read."""
    from chat.interfaces import keeping_show, show

    with opened(given) as assistant:
        _require(assistant, given.collections, ())
        if given.failed:
            failed = assistant.failed(given.collections)
            if screen.json_wanted:
                screen.data([asdict(each) for each in failed])
            else:
                screen.lines(keeping_show.failed_lines(failed, screen))
            return DONE
        documents = _listed(assistant, given)
        some = bool(given.words or given.state)  # then what is no document yet is not what was asked for
        failures, waiting = ([], []) if some else (assistant.failures(), assistant.waiting())
        if screen.json_wanted:
            screen.data(
                {
                    "documents": [asdict(each) for each in documents],
                    "failures": [asdict(each) for each in failures],
                    "waiting": [asdict(each) for each in waiting],
                }
            )
        else:
            screen.lines(show.list_lines(documents, failures, waiting, assistant.home, screen))
    return DONE


def _listed(assistant: "Assistant | RemoteAssistant", given: Namespace) -> "list[DocumentInfo]":
    """Return the documents that a list was asked for, in its order."""
    found: list[DocumentInfo] = []
    offset, total = 0, 1
    while offset < total:
        page = assistant.list_documents(
            given.words or "",
            state=given.state or "kept",
            sort=given.sort,
            descending=given.descending,
            offset=offset,
            limit=_AT_ONCE,
        )
        known = [info for each in page.rows if (info := each.document()) is not None]
        found += [each for each in known if not given.collections or each.collection in given.collections]
        offset, total = offset + _AT_ONCE, page.total
    return found


def show_(given: Namespace, screen: Screen) -> int:
    """Show one document: what is known of it, or its text."""
    with opened(given) as assistant:
        if given.text and not screen.json_wanted:
            _write_text(assistant.document(given.id).text, screen)
        else:
            show_document(assistant, given.id, screen, with_text=given.text)
    return DONE


def show_document(
    assistant: "Assistant | RemoteAssistant", name: str, screen: Screen, *, with_text: bool = False
) -> None:
    """Show what is known of a document, and how each thing was found."""
    from chat.interfaces import show

    document = assistant.document(name)
    info = assistant.document_info(name)
    if screen.json_wanted:
        screen.data(asdict(info) | ({"text": document.text} if with_text else {}))
    else:
        screen.lines(show.document_lines(info, screen, document.reading))


def remove(given: Namespace, screen: Screen) -> int:
    """Remove documents and show the receipts; 1 if a trace is left."""
    from chat.interfaces import show

    with opened(given) as assistant:
        receipts = assistant.remove(*given.ids, purge=given.purge)
    if screen.json_wanted:
        screen.data([asdict(each) for each in receipts])
    else:
        screen.lines(show.receipt_lines(receipts, screen, purged=given.purge))
    if not any(each.left for each in receipts):
        return DONE
    sys.stderr.write("footnote: traces of what was removed are left; run `footnote doctor`\n")
    return FAILED


def doctor(given: Namespace, screen: Screen) -> int:
    """Check and mend the library, a line for each check."""
    with opened(given, re_embed=given.re_embed) as assistant:
        lines = assistant.doctor()
    if screen.json_wanted:
        screen.data({"checks": lines})
    else:
        screen.lines(map(one_line, lines))
    return DONE


def check(given: Namespace, screen: Screen) -> int:
    """Compare a draft with the library, sentence by sentence."""
    from chat.interfaces import show

    text = _draft(given.file)
    with opened(given) as assistant:
        warn_if_empty(assistant)
        rows = assistant.check(text, where=where_of(assistant, given))
    if screen.json_wanted:
        screen.data({"sentences": [row.to_dict() for row in rows]})
    else:
        screen.lines(show.checked_lines(rows, screen))
    return DONE


def ask(given: Namespace, screen: Screen) -> int:
    """Answer a question, or each line of standard input."""
    from chat.interfaces import batch, inspector, show

    with opened(given) as assistant:
        where = where_of(assistant, given)
        if given.question == "-":
            batch.ask_all(assistant, where, given, screen)
            return DONE
        events = assistant.stream(valid(given.question), conversation=given.conversation, where=where)
        answer = inspector.last(events, screen if given.debug else None)
        if screen.json_wanted:
            screen.data(answer.to_dict())
        else:
            screen.lines(show.answer_lines(answer, screen))
    return DONE


def serve(given: Namespace, _: Screen) -> int:
    """Serve the page and the API until interrupted."""
    from chat.interfaces.serve import serve_command

    serve_command(
        given.home,
        host=given.host,
        port=given.port,
        hosts=given.allow_host or (),
        rate=given.rate,
        log=given.log,
    )
    return DONE


def mcp(given: Namespace, _: Screen) -> int:
    """Serve the Model Context Protocol on stdin and stdout, until stdin ends."""
    from chat.interfaces.mcp_server import run_stdio, stdout_kept_clean

    with stdout_kept_clean():
        assistant = opened(given)
    with assistant:
        run_stdio(assistant, allow_add=given.allow_add)
    return DONE


def opened(given: Namespace, *, re_embed: bool = False) -> "Assistant | RemoteAssistant":
    """Open the library, or reach its owner, which cannot be told to embed it anew."""
    from chat.build import open_assistant
    from chat.settings import read_settings

    assistant = open_assistant(read_settings(given.home), re_embed=re_embed)
    if re_embed and _is_remote(assistant):
        assistant.close()
        raise LibraryBusy(
            f"another process owns the library {assistant.home}; end it (the page, say) and re-embed again"
        )
    return assistant


def _is_remote(assistant: "Assistant | RemoteAssistant") -> bool:
    from chat.remote import RemoteAssistant

    return isinstance(assistant, RemoteAssistant)


def where_of(assistant: "Assistant | RemoteAssistant", given: Namespace) -> "Filter":
    """Return what to search; a mistyped name must not pass for "not found in your documents"."""
    from chat.interfaces.narrowing import narrowed
    from retrieval.hit import Filter

    documents = tuple(dict.fromkeys(getattr(given, "documents", None) or ()))
    _require(assistant, given.collections, documents)
    return Filter(
        collections=given.collections,
        documents=documents,
        hidden=bool(getattr(given, "hidden", False)),
        **narrowed(given),
    )


def _require(
    assistant: "Assistant | RemoteAssistant", collections: Sequence[str], documents: Sequence[str]
) -> None:
    """Raise NotInLibrary for a collection or document that is not there; an empty library says so itself."""
    if collections:
        names = [each.name for each in assistant.collections()]
        unknown = sorted(set(collections) - set(names))
        if unknown and assistant.documents():
            name = unknown[0]
            raise NotInLibrary(f"no collection {name!r} in this library; there are: {', '.join(names)}")
    if documents:
        for name in sorted(set(documents) - {each.id for each in assistant.documents()}):
            raise NotInLibrary(f"no document {name!r} in this library; `footnote list` shows their ids")


def warn_if_empty(assistant: "Assistant | RemoteAssistant") -> None:
    """Say on standard error that there is nothing to find, where that is so."""
    from chat.interfaces import show

    if not assistant.documents():
        sys.stderr.write(f"footnote: {show.empty_line(assistant.home)}\n")


def _draft(file: str) -> str:
    """Return the text of a file of any kind that could be added, or of standard input."""
    if file == "-":
        text = sys.stdin.read()
    else:
        from ingest.files import expand
        from ingest.worker import Worker

        path = Path(file).absolute()
        if path.is_dir():
            raise EmptySource(file, "it is a folder; name the draft itself")
        for found in expand([path]):
            if isinstance(found, Exception):
                raise found
        with Worker() as worker:
            text = worker.read(path, file).text
    if not text.strip():
        raise EmptySource("standard input" if file == "-" else file, "it holds no words to check")
    return text


def valid(text: str) -> str:
    """Words that the shell gave in another encoding, as what can be stored."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _write_text(text: str, screen: Screen) -> None:
    """Write a text exactly, so that spans fit it; to a terminal cleaned, and with a line's end."""
    if screen.terminal:
        text = clean(text.replace("\r\n", "\n"))
        text += "" if text.endswith("\n") else "\n"
    sys.stdout.write(text)
    sys.stdout.flush()
