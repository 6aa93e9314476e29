"""Let no one source fill a list of hits where others are about as good: a pure function."""

from collections import Counter
from collections.abc import Hashable, Sequence

# With two, or lowered more, the sample library's answers came later for some questions; so for none.
FULL = 3
CLOSE = 0.8


def spread(
    scores: Sequence[float], sources: Sequence[Hashable], *, full: int = FULL, close: float = CLOSE
) -> list[float]:
    """Return the scores, lowered for those that come after `full` better ones of the same source.

    `sources` says of each score what it is of: one document, or several that are one text. The next after
    `full` is multiplied by `close`, the one after it by its square, and so on: it is passed by what is about
    as good and from elsewhere, and by nothing else ("maximal marginal relevance", Carbonell and Goldstein,
    SIGIR 1998, with one source as what is alike). Scores that are not above 0 stay as they are.
    """
    lowered, seen = list(scores), Counter[Hashable]()
    for number in sorted(range(len(scores)), key=lambda number: -scores[number]):
        over = seen[sources[number]] - full + 1
        seen[sources[number]] += 1
        if over > 0 and scores[number] > 0:
            lowered[number] = scores[number] * close**over
    return lowered
