"""Keeping a library in order through the process that owns it: the methods of `chat.keeping`, and its side.

An addition is a job with a name that the client gives it, so that it can be told to stop over another
connection while it runs on the first.
"""

import base64
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chat.succession import Caller
from ingest.collection import CollectionInfo, SyncedFolder
from ingest.errors import FootnoteError
from retrieval.client import Client
from retrieval.owner import Emit, Handler
from retrieval.report import AddProgress, AddReport, FailedSource, Failure, Receipt

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from retrieval.backup import BackupInfo
    from retrieval.syncing import SyncReport

OnProgress = Callable[[AddProgress], None]


class RemoteKeeping:
    """The methods of `RemoteAssistant` that keep the library in order; those of `Keeping`."""

    home: Path
    _client: Caller

    def add_bytes(self, data: bytes, *, source: str, collection: str = "default") -> AddReport:
        """Add a file's bytes under the caller's own name for it."""
        body = base64.b64encode(data).decode("ascii")
        return add_report(
            self._client.call("add_bytes", {"data": body, "source": source, "collection": collection})
        )

    def collections(self) -> list[CollectionInfo]:
        """Return every collection."""
        return [CollectionInfo(**row) for row in self._client.call("collections", {})]

    def create_collection(self, name: str) -> None:
        """Make an empty collection."""
        self._client.call("create_collection", {"name": name})

    def rename_collection(self, old: str, new: str) -> None:
        """Give a collection another name."""
        self._client.call("rename_collection", {"old": old, "new": new})

    def remove_collection(
        self, name: str, *, with_documents: bool = False, purge: bool = False
    ) -> list[Receipt]:
        """Remove a collection."""
        arguments = {"name": name, "with_documents": with_documents, "purge": purge}
        return [Receipt(**row) for row in self._client.call("remove_collection", arguments)]

    def edit(self, document_id: str, values: Mapping[str, str | None], *, reset: Sequence[str] = ()) -> None:
        """Set what is known of a document, or take it back."""
        self._client.call("edit", {"id": document_id, "values": dict(values), "reset": list(reset)})

    def edits(self, document_id: str) -> dict[str, str | None]:
        """Return what the user has set of a document."""
        return dict(self._client.call("edits", {"id": document_id}))

    def disable(self, *document_ids: str) -> None:
        """Keep documents and search them no more."""
        self._client.call("disable", {"ids": list(document_ids)})

    def enable(self, *document_ids: str) -> None:
        """Search documents again."""
        self._client.call("enable", {"ids": list(document_ids)})

    def origins(self) -> dict[str, str]:
        """Return, for each document that is one text with another, the id that stands for that text."""
        return dict(self._client.call("origins", {}))

    def sync(
        self,
        folder: str | Path,
        *,
        collection: str = "default",
        dry_run: bool = False,
        allow_empty: bool = False,
        on_progress: OnProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> "SyncReport":
        """Bring a collection in step with a folder, which is made absolute here."""
        arguments = {
            "folder": str(Path(folder).expanduser().absolute()),
            "collection": collection,
            "dry_run": dry_run,
            "allow_empty": allow_empty,
        }
        return _sync_report(self._job("sync", arguments, on_progress, cancel))

    def synced(self) -> list[SyncedFolder]:
        """Return the folders that are mirrored."""
        return [SyncedFolder(**row) for row in self._client.call("synced", {})]

    def failed(self, collections: Sequence[str] = ()) -> list[FailedSource]:
        """Return what could not be read, with why and what to do."""
        rows = self._client.call("failed", {"collections": list(collections)})
        return [FailedSource(**row) for row in rows]

    def retry(
        self,
        *sources: str,
        collections: Sequence[str] = (),
        on_progress: OnProgress | None = None,
        cancel: threading.Event | None = None,
    ) -> AddReport:
        """Try again what could not be read."""
        arguments = {"sources": list(sources), "collections": list(collections)}
        return add_report(self._job("retry", arguments, on_progress, cancel))

    def backup(self, path: str | Path) -> "BackupInfo":
        """Write everything to one archive; the path is made absolute here."""
        from retrieval.backup import BackupInfo

        where = str(Path(path).expanduser().absolute())
        return BackupInfo(**self._client.call("backup", {"path": where}))

    def _job(
        self,
        name: str,
        arguments: dict[str, Any],
        on_progress: OnProgress | None,
        cancel: threading.Event | None,
    ) -> Any:
        """Have the owner do what takes long; it stops when `cancel` is set, or Ctrl-C ends the waiting."""
        job = secrets.token_hex(8)
        told = (lambda event: on_progress(AddProgress(**event))) if on_progress else None
        with _stopping(self.home, job, cancel):
            return self._client.call(name, {**arguments, "job": job}, told)


@contextmanager
def _stopping(home: Path, job: str, cancel: threading.Event | None) -> Iterator[None]:
    """Tell the owner to stop the job once `cancel` is set, over a connection of its own."""
    over = threading.Event()

    def stop() -> None:
        try:
            client = Client.connect(home)
        except FootnoteError:  # the owner has gone, and the job with it
            return
        try:
            client.call("cancel", {"job": job})
        finally:
            client.close()

    def watch(wanted: threading.Event) -> None:
        while not over.is_set():
            if wanted.wait(0.1):
                stop()
                return

    if cancel is not None:
        threading.Thread(target=watch, args=(cancel,), name="footnote-cancel", daemon=True).start()
    try:
        yield
    except KeyboardInterrupt:
        stop()
        raise
    finally:
        over.set()


def keeping_handlers(assistant: "Assistant") -> Mapping[str, Handler]:
    """Return what an owner answers to `RemoteKeeping`, call by call."""
    jobs: dict[str, threading.Event] = {}

    def job(run: Callable[[dict[str, Any], OnProgress, threading.Event], Any]) -> Handler:
        def handler(given: dict[str, Any], emit: Emit) -> Any:
            def told(step: AddProgress) -> None:
                emit(asdict(step))  # whoever asked may have left; what was begun is finished

            cancel = jobs[given["job"]] = threading.Event()
            try:
                return asdict(run(given, told, cancel))
            finally:
                del jobs[given["job"]]

        return handler

    def cancel(given: dict[str, Any], _: Emit) -> None:
        if (event := jobs.get(given["job"])) is not None:
            event.set()

    def rows(call: Callable[[dict[str, Any]], Sequence[Any]]) -> Handler:
        return lambda given, _: [asdict(row) for row in call(given)]

    def plain(call: Callable[[dict[str, Any]], Any]) -> Handler:
        return lambda given, _: call(given)

    return {
        "add": job(
            lambda given, told, stop: assistant.add(
                *given["sources"], collection=given["collection"], on_progress=told, cancel=stop
            )
        ),
        "sync": job(
            lambda given, told, stop: assistant.sync(
                given["folder"],
                collection=given["collection"],
                dry_run=given["dry_run"],
                allow_empty=given["allow_empty"],
                on_progress=told,
                cancel=stop,
            )
        ),
        "retry": job(
            lambda given, told, stop: assistant.retry(
                *given["sources"], collections=given["collections"], on_progress=told, cancel=stop
            )
        ),
        "recognise": job(lambda given, told, stop: assistant.recognise(told)),
        "cancel": cancel,
        "add_bytes": plain(
            lambda given: asdict(
                assistant.add_bytes(
                    base64.b64decode(given["data"]), source=given["source"], collection=given["collection"]
                )
            )
        ),
        "collections": rows(lambda given: assistant.collections()),
        "create_collection": plain(lambda given: assistant.create_collection(given["name"])),
        "rename_collection": plain(lambda given: assistant.rename_collection(given["old"], given["new"])),
        "remove_collection": rows(
            lambda given: assistant.remove_collection(
                given["name"], with_documents=given["with_documents"], purge=given["purge"]
            )
        ),
        "edit": plain(lambda given: assistant.edit(given["id"], given["values"], reset=given["reset"])),
        "edits": plain(lambda given: assistant.edits(given["id"])),
        "disable": plain(lambda given: assistant.disable(*given["ids"])),
        "enable": plain(lambda given: assistant.enable(*given["ids"])),
        "origins": plain(lambda given: assistant.origins()),
        "synced": rows(lambda given: assistant.synced()),
        "failed": rows(lambda given: assistant.failed(given["collections"])),
        "backup": plain(lambda given: asdict(assistant.backup(given["path"]))),
    }


def add_report(data: dict[str, Any]) -> AddReport:
    """Return the report of an addition that came through JSON."""
    return AddReport(
        tuple(data["added"]),
        tuple(data["unchanged"]),
        tuple(Failure(**row) for row in data["failed"]),
        tuple(data["waiting"]),
        tuple((one, other) for one, other in data["identical"]),
        data["cancelled"],
        tuple((one, other) for one, other in data["foreign"]),
    )


def _sync_report(data: dict[str, Any]) -> "SyncReport":
    from retrieval.syncing import SyncPlan, SyncReport

    plan = dict(data["plan"])
    for name in ("added", "changed", "removed", "unreadable"):
        plan[name] = tuple(plan[name])
    plan["renamed"] = tuple((old, new) for old, new in plan["renamed"])
    return SyncReport(
        SyncPlan(**plan),
        add_report(data["report"]),
        tuple(Receipt(**row) for row in data["receipts"]),
        data["looked_at"],
    )
