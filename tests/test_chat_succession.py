"""A process that works through a library's owner goes on when the owner ends, however it ends."""

import subprocess
import sys
from pathlib import Path

import pytest

from chat.build import open_assistant
from chat.remote import RemoteAssistant
from chat.settings import Settings
from chat.succession import REPEATABLE
from ingest.errors import LibraryBusy
from tests.fakes import BagOfWords, QuoteAll

ROOT = Path(__file__).parents[1]
OWN = """
import sys
from pathlib import Path
from tests.fakes import QuoteAll, assistant_at
with assistant_at(Path(sys.argv[1]), answerer=QuoteAll()) as assistant:
    assistant.add_text("The council met. It voted.", source="a")
    print("owned", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def owner(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", OWN, str(tmp_path)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "owned\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def opened(home):
    return open_assistant(
        Settings(home=home), embedder=BagOfWords(), answerer=QuoteAll(), say=lambda line: None
    )


@pytest.mark.parametrize("how", ["orderly", "killed"])
def test_whoever_worked_through_the_owner_takes_over(tmp_path, owner, how):
    with opened(tmp_path) as first, opened(tmp_path) as second:
        assert isinstance(first, RemoteAssistant) and isinstance(second, RemoteAssistant)
        answer = first.ask("council?")
        if how == "killed":
            owner.kill()
        else:
            owner.stdin.close()
        owner.wait()
        again = first.ask("council?")  # it owns the library now,
        assert again.to_dict()["sentences"] == answer.to_dict()["sentences"]
        assert second.ask("council?").text == answer.text  # and the other works through it
        assert first.turns(again.conversation)[0].answer == again
        assert first.document(answer.citations[0].document_id) == second.document(
            answer.citations[0].document_id
        )
        assert first.add_text("It met again.", source="b").added
        assert first.search("met") == second.search("met") and first.doctor() == second.doctor()


def test_a_change_is_not_made_twice_but_the_next_one_works(tmp_path, owner):
    with opened(tmp_path) as assistant:
        owner.kill()
        owner.wait()
        with pytest.raises(LibraryBusy, match="may have done it or not"):
            assistant.add_text("Once.", source="b")
        assert len(assistant.documents()) == 1
        assert assistant.add_text("Once.", source="b").added


def test_what_is_repeated_changes_nothing():
    assert not {name for name in REPEATABLE if name.startswith(("add", "remove"))}
