"""Who did it to whom: "Anand succeeded Marsh" and "Anand was succeeded by Stone" share their words, and a
question after the one is not answered by the other. Of verbs that tell one thing from its two sides, as "sold
to" and "bought from" do, the parts are the same.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chat.evidence import Candidate
from chat.verify.forms import vocabulary
from chat.verify.words import Piece, Word, read, stem

# Verbs, and the part that subject, object and what stands after a preposition have in what they tell.
_SIDES = """
succeed replace supersede: later earlier;
precede: earlier later;
buy acquire purchase: buyer bought from=seller;
sell: seller bought to=buyer;
lend: lender lent to=borrower;
borrow: borrower lent from=lender
"""
# Verbs that one does to another; those between two semicolons say the same.
_DONE_TO = """
beat defeat; sue; prosecute; accuse; employ hire recruit; appoint; nominate; elect; dismiss sack fire;
suspend; arrest; attack; injure; kill; fine; warn reprimand; criticize criticise blame; praise; thank;
support; oppose; brief inform notify; advise; instruct; audit; inspect; supervise; represent; interview;
recommend; treat
"""
_BE = vocabulary("is are was were be been being am")
_AUX = _BE | vocabulary("do does did has have had can could will would shall should may might must to")
_PERSONAL = vocabulary("he she they it him her them who")
_PREPOSITIONS = vocabulary("by to from for with in at on of as after before since until about against over")
_ASKS = vocabulary("who whom what which")
_REACH = 8  # words between a verb and what it is said of
_BACK = 250  # characters before a sentence in which a pronoun's name stands
_EARLIER = re.compile(r"\s\([^()]+\)\?$")

Roles = dict[str, str]
"""The part that each place beside a verb has: its subject, its object, and what follows a preposition."""


def _table() -> dict[str, Roles]:
    table = {}
    every = [entry.partition(":")[::2] for entry in _SIDES.split(";")]
    every += [(verbs, "doing-{0} done-{0}".format(verbs.split()[0])) for verbs in _DONE_TO.split(";")]
    for verbs, parts in every:
        subject, object_, *others = parts.split()
        roles = {"subject": subject, "object": object_, **dict(each.split("=") for each in others)}
        for verb in verbs.split():
            past, going = (f"{verb.removesuffix('e')}{ending}" for ending in ("ed", "ing"))
            table.update({stem(form): roles for form in (verb, past, going)})
    return table


_VERBS = _table()


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom a question names beside such a verb: the stems of the name, and the part that it has."""

    name: frozenset[str]
    role: str
    roles: Roles


def the_right_way_round(question: str, candidate: Candidate) -> bool | None:
    """Tell whether a sentence has the one that a question names on the side that it asks by.

    None where the question names nobody beside such a verb, or the sentence does not tell.
    """
    asked = _asked(_EARLIER.sub("?", question))
    if asked is None:
        return None
    passage = candidate.hit.passage
    before = passage.text[: candidate.start - passage.start][-_BACK:]
    known = asked.name <= read(before).stems
    told = set(_told(read(candidate.text), asked, pronouns=known))
    return None if not told else asked.role in told


def _asked(question: str) -> _Asked | None:
    """What a question tells of the one that it names: "Who did Anand succeed?" has Anand succeed somebody."""
    words = read(question).words
    at = next((number for number, word in enumerate(words) if _roles(word)), None)
    if at is None or words[0].lower not in _ASKS | {"by", "from", "to"}:
        return None
    roles = _VERBS[words[at].stem]
    before = [word for word in words[:at] if word.lower not in _ASKS | _PREPOSITIONS | _AUX]
    passive = _passive(words, at)
    last = words[-1].lower if len(words) > at + 1 else ""
    if named := _name(before):  # "who did NAME succeed", "who was NAME succeeded by"
        return _Asked(named, roles["object" if passive else "subject"], roles)
    after = words[at + 1 :]
    if not after or last in _PREPOSITIONS:
        return None
    if after[0].lower in _PREPOSITIONS:
        place = "subject" if after[0].lower == "by" and passive else after[0].lower
        named = _name(_until_preposition(after[1:]))
        return _Asked(named, roles[place], roles) if named and place in roles else None
    named = _name(_until_preposition(after))
    return _Asked(named, roles["object"], roles) if named and not passive else None


def _name(words: Sequence[Word]) -> frozenset[str]:
    """The stems of a name, or of a thing where none has a capital; empty for no words."""
    content = [word for word in words if word.content]
    capital = [word for word in content if word.text[0].isupper()]
    return frozenset(word.stem for word in capital or content)


def _until_preposition(words: Sequence[Word]) -> list[Word]:
    found: list[Word] = []
    for word in words:
        if word.lower in _PREPOSITIONS and found:
            break
        found.append(word)
    return found


def _told(piece: Piece, asked: _Asked, *, pronouns: bool) -> Iterator[str]:
    """The parts that a sentence gives to the one asked about; to "he" too, where he was named before it."""
    words = piece.words
    named = asked.name <= piece.stems
    for at, word in enumerate(words):
        roles = _roles(word)
        if roles is None or set(roles.values()).isdisjoint(asked.roles.values()):
            continue

        def same(each: Word) -> bool:
            return each.stem in asked.name or (pronouns and not named and each.lower in _PERSONAL - {"who"})

        passive = _passive(words, at) or (at + 1 < len(words) and words[at + 1].lower == "by")
        if any(map(same, _left(words, at))):
            yield roles["object" if passive else "subject"]
        place = "" if passive else "object"
        for after in words[at + 1 : at + 1 + _REACH]:
            if _roles(after) or after.lower in _ASKS:
                break
            if after.lower in _PREPOSITIONS:
                place = "subject" if after.lower == "by" and passive else after.lower
            elif same(after) and place in roles:
                yield roles[place]
                break


def _left(words: Sequence[Word], at: int) -> list[Word]:
    """The words before a verb that may be its subject, back to the verb or the break before it.

    Before "who" stands whom it is: "Anand, who succeeded Marsh". Right after "and" the subject is that of the
    verb before.
    """
    found: list[Word] = []
    clause = words[at].clause
    shared = False
    for word in reversed(words[:at]):
        bare = all(each.lower in _AUX | _ASKS for each in found)
        shared = shared or (word.lower == "and" and bare)
        if not shared and (_roles(word) or word.lower == "and" or len(found) == _REACH):
            break
        if word.clause != clause and not shared and not bare:
            break
        clause = word.clause
        found.append(word)
    return [word for number, word in enumerate(found) if not _governed(found, number)]


def _governed(backwards: Sequence[Word], at: int) -> bool:
    """Tell whether a preposition stands before a word: "in May", "of the board"."""
    return any(word.lower in _PREPOSITIONS for word in backwards[at + 1 : at + 3])


def _passive(words: Sequence[Word], at: int) -> bool:
    """Tell whether it is done to the subject: "was succeeded", and not "was succeeding"."""
    if words[at].text.endswith("ing"):
        return False
    for word in reversed(words[max(0, at - 6) : at]):
        if word.lower in _BE:
            return True
        if word.lower in ("did", "do", "does", "has", "have", "had", "will", "who", "whom"):
            return False
    return False


def _roles(word: Word) -> Roles | None:
    return _VERBS.get(word.stem)
