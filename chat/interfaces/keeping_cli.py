"""The commands that keep a library in order: their arguments, what each does, and what it shows."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from chat.interfaces.commands import DONE, FAILED, INTERRUPTED, SOME_FAILED, opened
from chat.interfaces.progress import bar, stopping
from chat.interfaces.terminal import Screen, one_line
from ingest.edits import FIELDS

Register = Callable[..., ArgumentParser]
_NAMES = {"list": 0, "create": 1, "rename": 2, "remove": 1}


def register(command: Register) -> None:
    """Add the commands to the parser; `command` takes a name, a function, a line and what it takes."""
    each = command(
        "sync", sync, "mirror a folder: new, changed, renamed and removed files", "json", "collection", "add"
    )
    each.add_argument(
        "folder", nargs="?", metavar="DIR", help="the folder; without it, the folders that are mirrored"
    )
    each.add_argument("--dry-run", action="store_true", help="say what would be done and do nothing")
    each.add_argument("--watch", action="store_true", help="go on doing it whenever something changes there")
    each.add_argument(
        "--allow-empty", action="store_true", help="remove its documents even if the folder is empty now"
    )

    each = command("retry", retry, "try again what could not be read", "json", "collection")
    each.add_argument("sources", nargs="*", metavar="SOURCE", help="as `list --failed` shows it; all if none")

    each = command("edit", edit, "set what is known of a document: title, author, date", "json")
    each.add_argument("id", metavar="ID", help="its id, as `footnote list` shows it")
    for field in FIELDS:
        what = "YYYY-MM-DD" if field == "published" else "TEXT"
        each.add_argument(f"--{field}", metavar=what, help=f"its {field}; empty if none is known")
    each.add_argument(
        "--reset", nargs="+", action="extend", default=[], choices=FIELDS, metavar="FIELD",
        help="what is to be as the source says again",
    )  # fmt: skip
    each.set_defaults(usage=_edits_something)

    for name, run, line in (
        ("disable", disable, "keep documents and search them no more"),
        ("enable", enable, "search documents again that were disabled"),
    ):
        each = command(name, run, line)
        each.add_argument("ids", nargs="+", metavar="ID", help="ids, as `footnote list` shows them")

    each = command("collection", collection, "list, create, rename and remove collections", "json")
    each.add_argument("action", choices=list(_NAMES), help="what to do")
    each.add_argument("names", nargs="*", metavar="NAME", help="its name; to rename it, the old and the new")
    each.add_argument("--with-documents", action="store_true", help="remove its documents with it")
    each.set_defaults(usage=_names_fit)

    each = command("backup", backup, "write everything to one archive, also while the page runs", "json")
    each.add_argument("file", metavar="FILE", help="the new archive")

    each = command("restore", restore, "make a library of an archive, in a folder that holds none", "json")
    each.add_argument("file", metavar="FILE", help="the archive")


def sync(given: Namespace, screen: Screen) -> int:
    """Bring a collection in step with a folder, once or for as long as it is watched."""
    from chat.interfaces import keeping_show as show

    with opened(given) as assistant:
        if given.folder is None:
            folders = assistant.synced()
            if screen.json_wanted:
                screen.data([asdict(each) for each in folders])
            else:
                screen.lines(show.synced_lines(folders, screen))
            return DONE
        folder = Path(given.folder).absolute()

        def once() -> int:
            with bar() as told, stopping() as cancel:
                done = assistant.sync(
                    folder,
                    collection=given.collection or "default",
                    dry_run=given.dry_run,
                    allow_empty=given.allow_empty,
                    on_progress=told,
                    cancel=cancel,
                )
            if screen.json_wanted:
                screen.data(asdict(done), indent=None if given.watch else 2)
            else:
                screen.lines(show.sync_lines(done, screen, dry_run=given.dry_run))
            if cancel.is_set():
                return INTERRUPTED
            return SOME_FAILED if done.report.failed else DONE

        status = once()
        if given.watch and not given.dry_run and status != INTERRUPTED:
            from chat.interfaces.watching import watch

            watch(folder, lambda: once() != INTERRUPTED)
    return status


def retry(given: Namespace, screen: Screen) -> int:
    """Try again what could not be read; 3 if something still cannot."""
    from chat.interfaces import show

    with opened(given) as assistant, bar() as told, stopping() as cancel:
        report = assistant.retry(
            *given.sources, collections=given.collections, on_progress=told, cancel=cancel
        )
    if screen.json_wanted:
        screen.data(asdict(report))
    else:
        screen.lines([show.added_line(report)])
        if report.failed:
            screen.lines(show.failure_lines(report.failed, screen))
    return INTERRUPTED if report.cancelled else SOME_FAILED if report.failed else DONE


def edit(given: Namespace, screen: Screen) -> int:
    """Set what is known of a document, or take it back."""
    from chat.interfaces.commands import show_document

    values = {field: getattr(given, field) for field in FIELDS if getattr(given, field) is not None}
    with opened(given) as assistant:
        assistant.edit(given.id, values, reset=given.reset)
        show_document(assistant, given.id, screen)
    return DONE


def disable(given: Namespace, screen: Screen) -> int:
    """Keep documents and search them no more."""
    with opened(given) as assistant:
        assistant.disable(*given.ids)
    screen.lines([f"{len(given.ids)} kept, and not searched until `footnote enable`"])
    return DONE


def enable(given: Namespace, screen: Screen) -> int:
    """Search documents again."""
    with opened(given) as assistant:
        assistant.enable(*given.ids)
    screen.lines([f"{len(given.ids)} searched again"])
    return DONE


def collection(given: Namespace, screen: Screen) -> int:
    """List, create, rename or remove collections."""
    from chat.interfaces import keeping_show, show

    with opened(given) as assistant:
        if given.action == "remove":
            receipts = assistant.remove_collection(*given.names, with_documents=given.with_documents)
            if screen.json_wanted:
                screen.data([asdict(each) for each in receipts])
            elif receipts:
                screen.lines(show.receipt_lines(receipts, screen))
            else:
                screen.lines([f"The collection {one_line(given.names[0])!r} is gone; nothing was in it."])
            return FAILED if any(each.left for each in receipts) else DONE
        if given.action == "create":
            assistant.create_collection(*given.names)
        elif given.action == "rename":
            assistant.rename_collection(*given.names)
        found = assistant.collections()
    if screen.json_wanted:
        screen.data([asdict(each) for each in found])
    else:
        screen.lines(keeping_show.collection_lines(found, screen))
    return DONE


def backup(given: Namespace, screen: Screen) -> int:
    """Write everything to one archive."""
    from chat.interfaces.keeping_show import backup_line

    with opened(given) as assistant:
        info = assistant.backup(given.file)
    if screen.json_wanted:
        screen.data(asdict(info))
    else:
        screen.lines([backup_line("Written and read back", info)])
    return DONE


def restore(given: Namespace, screen: Screen) -> int:
    """Make a library of an archive."""
    from chat.interfaces.keeping_show import backup_line
    from chat.settings import read_settings
    from retrieval.backup import restore as make

    info = make(Path(given.file), read_settings(given.home).home)
    if screen.json_wanted:
        screen.data(asdict(info))
    else:
        screen.lines([backup_line("Restored", info)])
    return DONE


def _edits_something(given: Namespace) -> str | None:
    if given.reset or any(getattr(given, field) is not None for field in FIELDS):
        return None
    return "edit needs something to set, or to --reset"


def _names_fit(given: Namespace) -> str | None:
    wanted = _NAMES[given.action]
    if len(given.names) != wanted:
        return f"collection {given.action} takes {wanted} names, not {len(given.names)}"
    if given.with_documents and given.action != "remove":
        return "--with-documents is for collection remove"
    return None
