"""A follow-up's passages: found for the question that stands on its own, and the bare one moves them up."""

from fakes import assistant_at

from chat.mixing import POOL, search
from ingest.passage import Passage
from retrieval.hit import Filter, Hit

WHERE = Filter(collections=("a",))


def hit(name: str, score: float) -> Hit:
    passage = Passage(name, 1, 0, 4, "Word", None, None, ((0, 4),))
    return Hit(passage, name, name, "a", None, score, 0.5, 1.0, 1, 1, (0.5,), "both")


class Searches:
    """Finds what it was told to, and remembers what it was asked."""

    def __init__(self, **found: str) -> None:
        self.found, self.asked = found, []

    def __call__(self, words: str, limit: int, where: Filter) -> list[Hit]:
        """Return at most `limit` of them."""
        self.asked.append((words, limit, where))
        return [hit(name, 1.0 - rank / 10) for rank, name in enumerate(self.found[words])][:limit]


def names(hits):
    return "".join(each.passage.document_id for each in hits)


def test_what_both_find_goes_up_and_what_only_the_bare_one_finds_stays_out():
    find = Searches(whole="abcd", bare="xdy")
    assert names(search(find, "whole", "bare", "", 3, WHERE)) == "dab"
    assert names(search(Searches(whole="abcd", bare="dcba"), "whole", "bare", "", 4, WHERE)) == "abcd"
    assert find.asked == [("whole", POOL, WHERE), ("bare", POOL, WHERE)]


def test_a_question_that_was_not_changed_is_searched_once():
    for bare in ("", " ", "whole", " whole\n"):
        find = Searches(whole="abcd")
        assert names(search(find, "whole", bare, "", 3, WHERE)) == "abc"
        assert find.asked == [("whole", 3, WHERE)]


def test_what_the_conversation_is_about_settles_what_is_close_and_brings_nothing_in():
    find = Searches(whole="abcd", amid="xycb")
    assert names(search(find, "whole", "whole", "amid", 4, WHERE)) == "abcd"  # .1 apart is not close
    assert find.asked == [("whole", POOL, WHERE), ("amid", POOL, WHERE)]

    def close(words: str, limit: int, where: Filter) -> list[Hit]:
        return [hit(name, 0.5) for name in ("ab" if words == "whole" else "xb")]

    assert names(search(close, "whole", "", "amid", 4, WHERE)) == "ba"


def test_scores_are_those_of_the_question_that_stands_on_its_own():
    def find(words: str, limit: int, where: Filter) -> list[Hit]:
        return [hit(name, 0.5 if words == "whole" else 0.9) for name in "ab"]

    assert [each.score for each in search(find, "whole", "bare", "", 2, WHERE)] == [0.5, 0.5]


def test_what_somebody_wrote_to_be_searched_is_searched_alone(tmp_path, monkeypatch):
    with assistant_at(tmp_path) as assistant:
        assistant.add_text("Ada Vance signed the ferry lease. The ferry leaves at noon.", source="memo.txt")
        searched = []
        found = assistant._library.search

        def recorded(words, **given):
            searched.append(words)
            return found(words, **given)

        monkeypatch.setattr(assistant._library, "search", recorded)
        first = assistant.ask("Who signed the ferry lease?")
        assistant.ask("When?", conversation=first.conversation, standalone="When does the ferry leave?")
        assert searched == ["Who signed the ferry lease?", "When does the ferry leave?"]
        assistant.ask("When did she sign it?", conversation=first.conversation)
        amid = "When did she sign it? Who signed the ferry lease? The ferry leaves at noon."
        assert searched[3:] == ["When did she sign it?", amid]
