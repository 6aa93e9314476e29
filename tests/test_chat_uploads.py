"""Uploaded files: where they stand until they are added, whoever else sends the same bytes meanwhile."""

import io

from chat.held import Held
from chat.page.shelf import taken_in
from chat.uploads import Uploads
from retrieval.report import AddReport


class Taking:
    """An assistant that reads a file only when the other hand has let go of it."""

    def __init__(self, home, meanwhile):
        self.home, self.read, self._meanwhile = home, [], meanwhile

    def add(self, *places, collection, on_progress):
        """Read the files."""
        self._meanwhile()
        self.read += [place.read_bytes() for place in places]
        return AddReport((), (), ())


def left(home):
    return list((home / "uploads").rglob("*"))


def test_the_same_bytes_sent_twice_stay_until_the_last_is_added(tmp_path):
    uploads = Uploads(tmp_path)
    sent = [("note.txt", io.BytesIO(b"Ferry")), ("note.txt", io.BytesIO(b"Ferry"))]
    one, other = uploads.receive(sent)
    assert one.digest == other.digest
    (place,) = uploads.settle([one])
    assert uploads.settle([other]) == [place]
    uploads.clear([one])
    assert place.read_bytes() == b"Ferry"
    uploads.clear([one])  # once more changes nothing
    assert place.read_bytes() == b"Ferry"
    uploads.clear([other])
    assert left(tmp_path) == []


def test_what_was_never_settled_takes_nothing_of_another(tmp_path):
    uploads = Uploads(tmp_path)
    one, refused = uploads.receive([("a.txt", io.BytesIO(b"Ferry")), ("a.txt", io.BytesIO(b"Ferry"))])
    (place,) = uploads.settle([one])
    uploads.clear([refused])
    assert place.read_bytes() == b"Ferry"


def test_a_file_sent_in_the_chat_outlasts_the_same_file_sent_to_the_library(tmp_path):
    uploads, held = Uploads(tmp_path / "home"), Held()
    came = held.hold(tmp_path / "gradio" / "abc") / "note.txt"
    came.write_bytes(b"Ferry")
    by_library = uploads.receive([("note.txt", io.BytesIO(b"Ferry"))])
    uploads.settle(by_library)
    assistant = Taking(tmp_path / "home", lambda: uploads.clear(by_library))
    assert list(taken_in(assistant, uploads, held, [str(came)], "default"))
    assert assistant.read == [b"Ferry"]
    assert left(tmp_path / "home") == [] and not came.parent.exists()
