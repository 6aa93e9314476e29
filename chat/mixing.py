"""A follow-up is searched twice: as it was made to stand on its own, and bare, as it was asked.

Rules that fill in what a question leaves out are wrong now and then, and a bare question is often enough. So
of the passages found for the question that stands on its own, those that the bare one finds too go up.
"""

from collections.abc import Callable, Sequence

from retrieval.hit import Filter, Hit

Search = Callable[[str, int, Filter], Sequence[Hit]]

# How many passages of each search are looked at; an answer takes the best few of them.
POOL = 50
# What the bare question's score counts beside the other's; both are 0..1 over their own candidates. Of .1 to
# .5, what closes most on MTRAG's later turns, in both domains (bench/followups.py); ranks close less.
SHARE = 0.35


def search(find: Search, standalone: str, bare: str, limit: int, where: Filter) -> list[Hit]:
    """Return at most `limit` hits, best first; where `bare` says the same or nothing, by a plain search.

    All of them are hits for `standalone`, with its scores, which then do not fall from one to the next.
    """
    if bare.split() in ([], standalone.split()):
        return list(find(standalone, limit, where))
    pool = find(standalone, POOL, where)
    also = {hit.passage.id: hit.score for hit in find(bare, POOL, where)}

    def mixed(hit: Hit) -> float:
        return (1 - SHARE) * hit.score + SHARE * also.get(hit.passage.id, 0.0)

    return sorted(pool, key=mixed, reverse=True)[:limit]
