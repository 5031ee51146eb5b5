"""`make bench`: runs the benchmarks, prints a table and writes bench.json into the checkout.

    python -m tests.benchmarks [--only NAME] [--list]

`--only` takes a part of a function's name. A missed goal stands in the table and in bench.json; it
is no failure of the command, because a busy machine can miss one, too.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable

from tests.benchmarks.bench_canvas import canvas_of_500_nodes
from tests.benchmarks.bench_chart import chart_of_10_000_000_bars
from tests.benchmarks.bench_cold_start import cold_backtest
from tests.benchmarks.bench_compiling import compile_500_nodes
from tests.benchmarks.bench_import import (
    import_of_10_000_000_bars,
    library_of_5_000_symbols,
    loading_of_10_000_000_bars,
)
from tests.benchmarks.bench_larger_sweeps import (
    growth_of_sweeps,
    memory_of_sweeps,
    sweep_of_1_000_000_bars,
    sweep_of_100_symbols,
    sweep_of_rsi_with_stops,
    sweep_on_ray_workers,
)
from tests.benchmarks.bench_quality import quality_of_10_000_000_bars
from tests.benchmarks.bench_runs import (
    run_on_1_000_000_bars,
    run_on_2_000_bars,
    run_on_500_symbols,
)
from tests.benchmarks.bench_simulation import event_engine_with_stops, vectorbt_engine_with_equity
from tests.benchmarks.bench_sweep import sweep_of_10_000_pairs
from tests.benchmarks.bench_window import (
    click_to_drawn_result,
    first_window,
    window_while_jobs_run,
)
from tests.benchmarks.harness import Benchmark, machine, report
from tests.shared_files import CHECKOUT

# Each function measures one subject and gives one benchmark or several (sizes of the same).
BENCHMARKS: tuple[Callable[[], Iterable[Benchmark]], ...] = (
    run_on_2_000_bars,
    run_on_1_000_000_bars,
    run_on_500_symbols,
    compile_500_nodes,
    cold_backtest,
    first_window,
    window_while_jobs_run,
    click_to_drawn_result,
    event_engine_with_stops,
    vectorbt_engine_with_equity,
    sweep_of_10_000_pairs,
    sweep_of_rsi_with_stops,
    sweep_of_1_000_000_bars,
    sweep_of_100_symbols,
    memory_of_sweeps,
    growth_of_sweeps,
    sweep_on_ray_workers,
    chart_of_10_000_000_bars,
    canvas_of_500_nodes,
    quality_of_10_000_000_bars,
    import_of_10_000_000_bars,
    loading_of_10_000_000_bars,
    library_of_5_000_symbols,
)


def main() -> int:
    """Runs what was asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", metavar="NAME", help="those with NAME in their name")
    parser.add_argument("--list", action="store_true", help="print the names and measure nothing")
    options = parser.parse_args()

    chosen = [run for run in BENCHMARKS if options.only in run.__name__]
    if not chosen or options.list:
        names = ", ".join(run.__name__ for run in BENCHMARKS) or "none yet"
        print(f"Benchmarks: {names}")
        return 0 if options.list else 2
    return _measure(chosen)


def _measure(chosen: list[Callable[[], Iterable[Benchmark]]]) -> int:
    on = machine()
    measured: list[Benchmark] = []
    for number, run in enumerate(chosen, start=1):
        print(f"[{number}/{len(chosen)}] {run.__name__}", file=sys.stderr)
        measured.extend(run())
    report(measured, CHECKOUT / "bench.json", on)
    missed = [one.name for one in measured if not one.passed]
    print(f"Goals missed: {', '.join(missed) or 'none'}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
