"""Names and hashed passwords: what is kept, what is refused, and how it is said."""

import io
import os

import pytest

from chat import passwords
from chat.interfaces import cli
from chat.passwords import People, hashed, matches
from ingest.errors import InvalidSetting

WORD = "correct horse battery"
HASH = "scrypt.4.8.1.AAAAAAAAAAAAAAAAAAAAAA." + "A" * 43


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """The same function with less work."""
    monkeypatch.setattr(passwords, "_LOG2N", 6)


def test_a_hash_holds_its_parameters_and_fits_its_password_only():
    kept = hashed(WORD)
    assert kept.startswith("scrypt.6.8.3.") and WORD not in kept and hashed(WORD) != kept
    assert matches(WORD, kept) and not matches(WORD + " ", kept) and not matches("", kept)
    assert not set(kept) & set("$'\"`\\ :,#*?!&|;<>(){}[]~")  # nothing that a shell would touch
    assert matches("cafe\u0301 au lait, fort", hashed("caf\xe9 au lait, fort"))


def test_what_is_kept_by_default_costs_as_much_as_it_should(monkeypatch):
    monkeypatch.undo()
    log2n, r, p = (int(part) for part in hashed(WORD).split(".")[1:4])
    assert 128 * (1 << log2n) * r >= 32 << 20 and p >= 3


@pytest.mark.parametrize("word", ["", "short", "x" * 11, "x" * 1025])
def test_a_password_that_is_too_short_or_too_long_is_refused(word):
    with pytest.raises(InvalidSetting, match="12 to 1024"):
        hashed(word)


def test_people_are_found_by_name_and_password():
    people = People(f"ada:{hashed(WORD)}, Bo Lund:{hashed('another long word')}")
    assert people.find("ada", WORD).name == "ada"
    assert people.find(" Bo  Lund ", "another long word").name == "Bo Lund"
    for name, word in (("ada", "another long word"), ("eve", WORD), ("Ada", WORD), ("", ""), ("ada", "")):
        assert people.find(name, word) is None


def test_an_unknown_name_costs_the_same_work_as_a_known_one(monkeypatch):
    people, work = People(f"ada:{hashed(WORD)}"), []
    plain = passwords.hashlib.scrypt
    monkeypatch.setattr(
        passwords.hashlib, "scrypt", lambda *given, **named: work.append(named["n"]) or plain(*given, **named)
    )
    people.find("ada", "wrong")
    people.find("eve", "wrong")
    assert work == [64, 64]


def test_a_file_is_read_again_when_it_changed_and_only_if_nobody_else_can_read_it(tmp_path):
    path = tmp_path / "people"
    path.write_text(f"# the desk\nada:{hashed(WORD)}\n\nbo:{hashed(WORD)}\n")
    path.chmod(0o600)
    people = People(str(path))
    assert sorted(people.all()) == ["ada", "bo"]
    path.write_text(f"ada:{hashed('a new long password')}\n")
    os.utime(path, (1, 1))
    assert people.find("bo", WORD) is None and people.find("ada", WORD) is None
    assert people.find("ada", "a new long password")
    for mode in (0o640, 0o604, 0o620, 0o666):
        path.chmod(mode)
        with pytest.raises(InvalidSetting, match="chmod 600"):
            People(str(path))
    path.unlink()
    with pytest.raises(InvalidSetting, match="cannot be read"):
        people.all()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("ada:secret-word-in-the-clear", "cannot be read"),
        ("ada:scrypt.15.8.3.AAAA.BBBB", "no hash"),
        (f"ada:{HASH},ada:{HASH}", "twice"),
        (f":{HASH}".replace(":scrypt", "x:y:scrypt"), "no hash"),
        (f"ada:{HASH.replace('.4.', '.40.', 1)}", "no hash"),
        (f"a\x1bb:{HASH}", "can be printed"),
        (f"{'x' * 81}:{HASH}", "1 to 80"),
        ("ada:scrypt.x.8.3." + HASH.split(".", 4)[4], "no hash"),
    ],
)
def test_what_is_no_list_of_people_is_refused_without_telling_the_rest(given, said):
    with pytest.raises(InvalidSetting, match=said) as refused:
        People(given)
    assert HASH not in str(refused.value)


def test_nobody_in_a_file_is_an_error(tmp_path):
    path = tmp_path / "people"
    path.write_text("# nobody yet\n")
    path.chmod(0o600)
    with pytest.raises(InvalidSetting, match="nobody stands there"):
        People(str(path))


def test_the_command_prints_an_entry_that_lets_one_in(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{WORD}\n"))
    assert cli.main(["password", "Ada Vance"]) == 0
    out, err = capsys.readouterr()
    assert out.count("\n") == 1 and err == "" and WORD not in out
    assert People(out).find("Ada Vance", WORD)
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert cli.main(["password", "ada"]) == 1
    assert "12 to 1024" in capsys.readouterr().err
    assert cli.main(["password", "a:b"]) == 1


def test_on_a_terminal_it_asks_twice(monkeypatch, capsys):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    answers = iter([WORD, WORD, WORD, "something else here"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    assert cli.main(["password", "ada"]) == 0
    assert People(capsys.readouterr().out).find("ada", WORD)
    assert cli.main(["password", "ada"]) == 1
    assert "not the same" in capsys.readouterr().err
