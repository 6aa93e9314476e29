"""A follow-up is searched as it was made to stand on its own, bare, and amid its conversation.

Rules that fill in what a question leaves out are wrong now and then, and a bare question is often enough. So
of the passages found for the question that stands on its own, those that the bare one finds too go up, and a
little those that are near what the conversation is about. None comes in by the conversation alone.
"""

from collections.abc import Callable, Sequence

from retrieval.hit import Filter, Hit

Search = Callable[[str, int, Filter], Sequence[Hit]]

# How many passages of each search are looked at; an answer takes the best few of them.
POOL = 50
# What the bare question's score counts beside the other's; both are 0..1 over their own candidates. Of .1 to
# .5, what closes most on MTRAG's later turns, in both domains (bench/followups.py); ranks close less.
SHARE = 0.35
# What is added of the conversation's. From .03 to .12 it gains in both domains, about as much anywhere there.
AMID = 0.08


def search(find: Search, standalone: str, bare: str, amid: str, limit: int, where: Filter) -> list[Hit]:
    """Return at most `limit` hits, best first; by a plain search where `bare` and `amid` say nothing new.

    All of them are hits for `standalone`, with its scores, which then do not fall from one to the next.
    `amid` is the question with what was said before it (`chat.followup.amid`).
    """
    again = bare.split() not in ([], standalone.split())
    if not again and not amid:
        return list(find(standalone, limit, where))
    pool = find(standalone, POOL, where)
    scores = {hit.passage.id: hit.score * (1 - SHARE if again else 1.0) for hit in pool}
    for text, share in ((bare if again else "", SHARE), (amid, AMID)):
        for hit in find(text, POOL, where) if text else ():
            if hit.passage.id in scores:
                scores[hit.passage.id] += share * hit.score
    return sorted(pool, key=lambda hit: scores[hit.passage.id], reverse=True)[:limit]
