"""The gate before a run: bars with errors are not traded on, unless the user says so.

Only findings about the period and the symbols of the run count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.quality_finding import QualityFinding, Severity, worst_first

_SHOWN = 3


@dataclass(frozen=True)
class Verdict:
    """What stands in the way of a run (`errors`), and all that its reader should know."""

    findings: tuple[QualityFinding, ...]
    ignored: bool = False

    @property
    def errors(self) -> tuple[QualityFinding, ...]:
        """The findings that block."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)

    @property
    def blocked(self) -> bool:
        """Whether the run must not start."""
        return bool(self.errors) and not self.ignored

    @property
    def marks(self) -> tuple[str, ...]:
        """What a result on these bars has to say before its first number."""
        if not (self.ignored and self.errors):
            return ()
        faults = "fault" if len(self.errors) == 1 else "faults"
        return (
            f"QUALITY IGNORED: the data has {len(self.errors):,} {faults} that would have stopped"
            f" this run, the first: {told(self.errors[0])}",
        )

    def refusal(self) -> AlphintraError:
        """The error that stops the run."""
        shown = " ".join(told(one) for one in self.errors[:_SHOWN])
        more = len(self.errors) - _SHOWN
        rest = f" There are {more:,} more." if more > 0 else ""
        return AlphintraError(
            f"The data is not fit for a run: {shown}{rest}",
            hint="See `alphintra data check`, repair it with `alphintra data repair`, or run with"
            " --ignore-quality (in the window: Execute despite faults), which marks the result.",
        )


UNJUDGED = Verdict(())


def gate(
    findings: Iterable[QualityFinding], *, first: str = "", last: str = "", ignore: bool = False
) -> Verdict:
    """The verdict on a run from `first` to `last`, both included, as `BarSpan` writes times."""
    inside = [one for one in findings if _touches(one, first, last)]
    return Verdict(worst_first(inside), ignore)


def told(finding: QualityFinding) -> str:
    """A finding with its symbol."""
    return f"{finding.place.symbol}: {finding.message}"


def _touches(finding: QualityFinding, first: str, last: str) -> bool:
    """Whether a finding is about a bar of the period. A date stands for its whole day."""
    place = finding.place
    begins, ends = place.first, place.last
    after = bool(last) and begins[: len(last)] > last[: len(begins)]
    before = bool(first) and ends[: len(first)] < first[: len(ends)]
    return not (after or before)


def most_telling(findings: Sequence[QualityFinding]) -> tuple[QualityFinding, ...]:
    """Of each kind of finding above `Severity.INFO` the first few."""
    counts: dict[str, int] = {}
    chosen = []
    for one in findings:
        counts[one.code] = counts.get(one.code, 0) + 1
        if one.severity is not Severity.INFO and counts[one.code] <= _SHOWN:
            chosen.append(one)
    return tuple(chosen)
