"""Which view shows which kind of result: how it is read, in a thread, and made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from alphintra_desktop.disk import write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.research_commands import reveal, use_params
from alphintra_desktop.workspace.research_runs import (
    AUTOPSY,
    CAUSALITY,
    SEARCH,
    STRESS,
    SWEEP,
    WALK_FORWARD,
    ResearchRun,
)
from alphintra_desktop.workspace.run_commands import start_of_export
from alphintra_desktop.workspace.workspace import Workspace

ResultView = QWidget


@dataclass(frozen=True)
class Showing:
    """How one kind of result is read and shown."""

    load: Callable[[ResearchRun], Any]
    make: Callable[[Workspace, Look, Any], ResultView]


def _load_sweep(run: ResearchRun) -> Any:
    import alphintra_desktop.ui.research.sweep_view  # noqa: F401, PLC0415 - here, in a thread
    from alphintra_desktop.workspace.research_results import load_sweep  # noqa: PLC0415 - heavy

    return load_sweep(run)


def _sweep_view(workspace: Workspace, look: Look, found: Any) -> ResultView:
    from alphintra_desktop.ui.research.sweep_view import SweepView  # noqa: PLC0415 - heavy

    view = SweepView(look)
    view.chosen.connect(lambda point: workspace.research.choose(found.keyed(point)))
    view.use_asked.connect(lambda: _use(workspace))
    view.export_asked.connect(lambda order: _export(workspace, found, order.tolist()))
    view.more_asked.connect(lambda: _search_on(workspace, found))
    view.show_found(found)
    return view


def _search_on(workspace: Workspace, found: Any) -> None:
    """Ask how many trials there are to be in all, and go on with the search."""
    tried = found.run.result["counts"]["trials"]
    asked = workspace.questions.text("Search on", "How many trials in all?", str(2 * tried))
    if asked is None:
        return
    if not asked.strip().isdecimal() or int(asked) <= tried:
        workspace.notices.warning(
            f"'{asked}' is no number of trials to go on to.",
            hint=f"{tried:,} have been tried: write a larger number.",
        )
        return
    _guarded(workspace, lambda: workspace.research.resume(found.run, int(asked)))


def _use(workspace: Workspace) -> None:
    _guarded(workspace, lambda: use_params.run(workspace))


def _guarded(workspace: Workspace, work: Callable[[], object]) -> None:
    """Do something that may not be possible, and say why."""
    try:
        work()
    except AlphintraError as error:
        workspace.notices.error(error)


def _export(workspace: Workspace, found: Any, order: list[int]) -> None:
    """Write all points into a file that the user names."""
    from alphintra_desktop.workspace.research_points import as_text  # noqa: PLC0415 - heavy

    start = start_of_export(workspace, f"{found.run.name} points.csv")
    path = workspace.questions.file_to_save("Export points", start, "Tables (*.csv)")
    if path is None:
        return
    path = path if path.suffix else path.with_suffix(".csv")
    try:
        write_file(path, as_text(found.table, order))
    except AlphintraError as error:
        workspace.notices.error(error)
    else:
        workspace.notices.done(f"The points are in {path}.")


def _load_walk(run: ResearchRun) -> Any:
    from alphintra_desktop.workspace.research_results import (  # noqa: PLC0415 - heavy
        load_walk_forward,
    )

    _load_charts()
    return load_walk_forward(run)


def _load_charts() -> None:
    """In a thread, so that nobody waits for it."""
    import alphintra_desktop.ui.research.walk_view  # noqa: F401, PLC0415 - heavy


def _walk_view(workspace: Workspace, look: Look, found: Any) -> ResultView:
    from alphintra_desktop.ui.research.walk_view import WalkView  # noqa: PLC0415 - heavy

    view = WalkView(look, found)
    workspace.research.choose(found.latest)
    view.use_asked.connect(lambda: _use(workspace))
    return view


def _load_search(run: ResearchRun) -> Any:
    import alphintra_desktop.ui.research.sweep_view  # noqa: F401, PLC0415 - here, in a thread
    from alphintra_desktop.workspace.research_results import load_search  # noqa: PLC0415 - heavy

    return load_search(run)


def _load_stress(run: ResearchRun) -> Any:
    import alphintra_desktop.ui.research.stress_view  # noqa: F401, PLC0415 - here, in a thread
    from alphintra_desktop.workspace.research_checks import load_stress  # noqa: PLC0415 - heavy

    return load_stress(run)


def _stress_view(workspace: Workspace, look: Look, found: Any) -> ResultView:
    from alphintra_desktop.ui.research.stress_view import StressView  # noqa: PLC0415 - heavy

    del workspace
    return StressView(look, found)


def _load_causality(run: ResearchRun) -> Any:
    import alphintra_desktop.ui.research.causality_view  # noqa: F401, PLC0415 - here, in a thread
    from alphintra_desktop.workspace.research_checks import (  # noqa: PLC0415 - heavy
        load_causality,
    )

    return load_causality(run)


def _causality_view(workspace: Workspace, look: Look, found: Any) -> ResultView:
    from alphintra_desktop.ui.research.causality_view import (  # noqa: PLC0415 - heavy
        CausalityView,
    )

    view = CausalityView(look, found)
    view.place_asked.connect(lambda place: _guarded(workspace, lambda: reveal(workspace, place)))
    return view


def _load_autopsy(run: ResearchRun) -> Any:
    import alphintra_desktop.ui.research.autopsy_view  # noqa: F401, PLC0415 - here, in a thread
    from alphintra_desktop.workspace.research_autopsy import load_autopsy  # noqa: PLC0415 - heavy

    return load_autopsy(run)


def _autopsy_view(workspace: Workspace, look: Look, found: Any) -> ResultView:
    from alphintra_desktop.ui.research.autopsy_view import AutopsyView  # noqa: PLC0415 - heavy

    del workspace
    view = AutopsyView(look, found)
    url = QUrl.fromLocalFile(str(found.page))
    view.page_asked.connect(lambda: QDesktopServices.openUrl(url))
    return view


RESULT_VIEWS = {
    AUTOPSY.task: Showing(_load_autopsy, _autopsy_view),
    SEARCH.task: Showing(_load_search, _sweep_view),
    STRESS.task: Showing(_load_stress, _stress_view),
    CAUSALITY.task: Showing(_load_causality, _causality_view),
    SWEEP.task: Showing(_load_sweep, _sweep_view),
    WALK_FORWARD.task: Showing(_load_walk, _walk_view),
}
