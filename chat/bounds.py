"""Whether an amount in a question lies within what a rule is for: 6,000 is "below 10,000", not "or more"."""

from collections.abc import Callable
from decimal import Decimal
from operator import ge, gt, le, lt

from chat.verify.quantities import Quantity, quantities
from chat.verify.words import read

_HOLDS: dict[str, Callable[[Decimal, Decimal], bool]] = {">": gt, ">=": ge, "<": lt, "<=": le}


def within(question: str, text: str) -> bool | None:
    """Tell whether an amount asked about lies within a bound of the text; None if none is for its kind."""
    asked = [each for each in quantities(read(question)) if each.bound == "=" and not each.ordinal]
    told = [
        _HOLDS[bound.bound](each.value, bound.value)
        for bound in quantities(read(text))
        if bound.bound in _HOLDS
        for each in asked
        if _alike(each, bound)
    ]
    return all(told) if told else None


def _alike(one: Quantity, other: Quantity) -> bool:
    if one.unit or other.unit:
        return one.unit == other.unit
    return one.noun == other.noun != ""
