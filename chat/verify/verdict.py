"""What a comparison of a claim with its evidence finds, and the very words that decided it."""

from dataclasses import dataclass

from chat.answer import Support


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open code points of one piece of evidence (its index), or of the claim itself (None)."""

    piece: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check holds against a claim, in words; a check with nothing to say gives none."""

    support: Support
    reason: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far evidence carries a claim; `reason` is None only for what is supported."""

    support: Support
    reason: str | None
    decided_by: tuple[Span, ...]


# worst first: one finding of these decides, whatever else holds
SEVERITY: tuple[Support, ...] = ("contradicted", "unsupported", "partial", "supported")
