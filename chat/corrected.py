"""What a sentence puts right: "on 3 June, not 27 May" rules out what says 27 May."""

from collections.abc import Sequence

from chat.verify.names import is_name
from chat.verify.words import Piece, Word, read


def rules_out(text: str, other: str) -> bool:
    """Tell whether a text says that a number, a date or a name of the other is wrong, and which is right."""
    piece, said = read(text), read(other)
    return any(_says(said, wrong) for wrong in _wrong(piece))


def _wrong(piece: Piece) -> list[Sequence[Word]]:
    """The values after each "not" that stands right after a value: 27 May, of "3 June, not 27 May"."""
    found: list[Sequence[Word]] = []
    for at, word in enumerate(piece.words):
        if word.lower != "not" or not at or not _value(piece.words[at - 1]):
            continue
        run = []
        for after in piece.words[at + 1 :]:
            if not _value(after) or after.clause != word.clause:
                break
            run.append(after)
        if run:
            found.append(run)
    return found


def _value(word: Word) -> bool:
    return word.text[0].isdigit() or is_name(word) or word.text.istitle()


def _says(piece: Piece, run: Sequence[Word]) -> bool:
    """Tell whether a text has these words in a row, and no "not" before them."""
    stems, wanted = [word.stem for word in piece.words], [word.stem for word in run]
    places = [at for at in range(len(stems)) if stems[at : at + len(wanted)] == wanted]
    return bool(places) and all(at == 0 or piece.words[at - 1].lower != "not" for at in places)
