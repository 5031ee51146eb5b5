"""`alphintra data check | repair`: what is wrong with stored bars, and mending it."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING, Any

from alphintra_desktop.cli.arguments import add_command, add_json
from alphintra_desktop.cli.output import Console, counted_things
from alphintra_desktop.errors import AlphintraError

if TYPE_CHECKING:
    from alphintra_desktop.market.catalog import SeriesVersion
    from alphintra_desktop.market.quality_finding import QualityFinding
    from alphintra_desktop.market.quality_kept import SeriesQuality

FAILED = 1


def add_check_data(parts: Any) -> None:
    """`alphintra data check`."""
    command = add_command(
        parts,
        "check",
        "check stored bars for gaps, bad prices, splits and more",
        about="Holds the bars against the calendar of their exchange, which is guessed from their "
        "sessions unless it is named once. The exit code is 1 when there are errors: a run on "
        "such data is refused unless it is told to ignore them.",
        examples=(
            "data check",
            "data check mine ACME",
            "data check mine VOD.L --calendar XLON",
        ),
    )
    _add_series(command, optional=True)
    command.add_argument(
        "--calendar",
        metavar="NAME",
        help="remember this calendar for the symbol: an exchange such as XNYS or XLON, 24/7, 24/5, "
        "weekdays, or guess",
    )
    command.add_argument("--all", action="store_true", help="show mere remarks (INFO), too")
    add_json(command)
    command.set_defaults(run=run_check_data)


def add_repair(parts: Any) -> None:
    """`alphintra data repair`."""
    command = add_command(
        parts,
        "repair",
        "mend what a check found, as a new version",
        about="The bars before the repair stay in the library: --undo makes them current again.",
        examples=(
            "data repair mine ACME",
            "data repair mine ACME --only suspected_split",
            "data repair mine ACME --undo",
        ),
    )
    _add_series(command, optional=False)
    command.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="CODE",
        help="mend findings of this kind only, as `data check` names it (may be repeated)",
    )
    command.add_argument(
        "--undo", action="store_true", help="go back to the version before the last repair"
    )
    add_json(command)
    command.set_defaults(run=run_repair)


def _add_series(command: argparse.ArgumentParser, *, optional: bool) -> None:
    count = "?" if optional else None
    command.add_argument("dataset", nargs=count, help="as `alphintra data list` names it")
    command.add_argument("symbol", nargs=count, help="such as AAPL")
    command.add_argument("--timeframe", help="if there are bars of several")


def run_check_data(options: argparse.Namespace, console: Console) -> int:
    """Every finding, the worst first. Fails when there are errors."""
    from alphintra_desktop.market.quality_finding import Severity, as_plain  # noqa: PLC0415
    from alphintra_desktop.market.quality_kept import choose_calendar, quality_of  # noqa: PLC0415

    versions = _versions(options)
    if options.calendar and not options.symbol:
        raise AlphintraError(
            "No symbol is named whose calendar that is.", hint="Name a dataset and a symbol."
        )
    if options.calendar:
        name = "" if options.calendar == "guess" else options.calendar
        choose_calendar(versions[0].dataset, versions[0].symbol, name)
    with console.progress() as report:
        found = quality_of(versions, report)
    errors = sum(f.severity is Severity.ERROR for one in found for f in one.findings)
    if console.as_json:
        console.result([_as_plain(one, [as_plain(f) for f in one.findings]) for one in found])
        return FAILED if errors else 0
    for one in found:
        _print(one, console, everything=options.all or len(found) == 1)
    return FAILED if errors else 0


def _as_plain(one: SeriesQuality, findings: list[dict[str, Any]]) -> dict[str, Any]:
    dataset, symbol, timeframe = one.version.key
    named = {"dataset": dataset, "symbol": symbol, "timeframe": timeframe}
    return {**named, "calendar": one.calendar, "findings": findings}


def _print(one: SeriesQuality, console: Console, *, everything: bool) -> None:
    version = one.version
    shown = [f for f in one.findings if everything or f.severity.value != "info"]
    told = "nothing" if not one.findings else counted_things(len(one.findings), "finding")
    calendar = one.calendar or "unknown"
    console.line(
        f"{version.dataset} {version.symbol} {version.timeframe}: {told}, calendar {calendar}"
    )
    for finding in shown:
        console.sentence(
            f"{finding.severity.value.upper()} {finding.code}: {finding.message}", indent="  "
        )
        console.sentence(finding.hint, indent="    ")
    if any(finding.repair for finding in shown):
        series = shlex.join(["data", "repair", version.dataset, version.symbol])
        console.pairs(("Next", f"alphintra {series}"))


def run_repair(options: argparse.Namespace, console: Console) -> None:
    """Mend, and say what was done."""
    from alphintra_desktop.market.quality_kept import quality_of  # noqa: PLC0415
    from alphintra_desktop.market.repair import repair_series, said_of_repair  # noqa: PLC0415

    (version,) = _versions(options)
    if options.undo:
        _undo(version, console)
        return
    with console.progress() as report:
        (quality,) = quality_of([version], report)
        chosen = [one for one in quality.findings if _is_chosen(one, options.only)]
        made = repair_series(version, chosen, report)
    lines = [said_of_repair(version, one) for one in chosen]
    if console.as_json:
        console.result({"sha256": made.sha256, "rows": made.rows, "did": lines})
        return
    for line in lines:
        console.sentence(line)
    console.line(f"{made.symbol} {made.timeframe} has {made.rows:,} bars now.")
    series = shlex.join(["data", "repair", made.dataset, made.symbol, "--undo"])
    console.pairs(("Undo", f"alphintra {series}"))


def _is_chosen(finding: QualityFinding, only: list[str]) -> bool:
    return finding.repair is not None and (not only or finding.code in only)


def _undo(version: SeriesVersion, console: Console) -> None:
    from alphintra_desktop.market.quality_kept import before_repair, choose_version  # noqa: PLC0415

    earlier = before_repair(version)
    choose_version(earlier)
    if console.as_json:
        console.result({"sha256": earlier.sha256, "rows": earlier.rows})
    console.line(
        f"{earlier.symbol} {earlier.timeframe} is version {earlier.sha256[:12]} again, with"
        f" {earlier.rows:,} bars."
    )


def _versions(options: argparse.Namespace) -> list[SeriesVersion]:
    """The current versions that are named: of all series, of a dataset, or of one symbol."""
    from alphintra_desktop.market.samples import ensure_sample_data  # noqa: PLC0415
    from alphintra_desktop.market.store import current_series  # noqa: PLC0415

    ensure_sample_data()
    found = current_series(options.dataset, options.symbol)
    chosen = [one for one in found if options.timeframe in (None, one.timeframe)]
    if not chosen or (options.symbol and len(chosen) > 1 and not options.timeframe):
        there = ", ".join(sorted({one.timeframe for one in found}))
        raise AlphintraError(
            f"Which bars of {options.symbol or options.dataset or 'the library'} is not clear.",
            hint=f"Name a --timeframe: there are {there}.",
        )
    return chosen
