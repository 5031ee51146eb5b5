"""Opens the window on a project of templates, works in it, and draws what is to be seen."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SIZE = (1440, 900)
LONGEST_SECONDS = 120.0
OPENED = ("donchian_breakout", "sma_crossover", "signal_consensus")


class Drawing:
    """The window, and where its pictures go."""

    def __init__(self, folder: Path, theme: str) -> None:
        from PySide6.QtWidgets import QApplication

        from alphintra_desktop.app import build, start
        from alphintra_desktop.runs.project import create_project
        from alphintra_desktop.workspace.settings import THEME
        from alphintra_desktop.workspace.templates import template_text

        self.folder, self.theme = folder, theme
        home = Path(os.environ["ALPHINTRA_HOME"])
        project = create_project(home / "breakouts", "Breakouts")
        for name in OPENED:
            (project.graphs / f"{name}.alphintra").write_text(template_text(name), "utf-8")
        self.app = QApplication([])
        self.app.setStyle("Fusion")
        self.desktop = build(self.app)
        self.workspace = self.desktop.workspace
        self.workspace.settings.set(THEME, theme)
        self.window = self.desktop.window
        self.window.resize(*SIZE)
        start(self.desktop, project.folder)
        self.rest(1.0)

    def rest(self, seconds: float) -> None:
        """Let the window work."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.005)

    def until(self, seen: Callable[[], object]) -> None:
        """Let the window work until something is so."""
        end = time.monotonic() + LONGEST_SECONDS
        while not seen():
            assert time.monotonic() < end, "waited in vain"
            self.rest(0.05)

    def keep(self, name: str, widget: object = None) -> None:
        """Draw what is to be seen now."""
        self.rest(0.5)
        self.folder.mkdir(parents=True, exist_ok=True)
        shown = widget or self.window
        shown.grab().save(str(self.folder / f"{name}-{self.theme}.png"))

    def node(self, title: str) -> str:
        """The id of the node with that title in the current sheet."""
        nodes = self.workspace.current.document.graph.nodes.values()
        return next(node.id for node in nodes if node.title == title)

    def do(self, command: str) -> None:
        """Do a command by its id."""
        self.window.actions_of_commands.trigger(command)


def draw_all(made: Drawing) -> None:
    """Every picture, in the order in which somebody would come upon it."""
    workspace, window = made.workspace, made.window
    sheet = workspace.current
    made.do("run.values")
    made.until(lambda: not sheet.values.running and sheet.values.bars)
    sheet.selection.choose([made.node("Highest of 55 days")])
    made.keep("build")
    sheet.values.scrub(sheet.values.bars - 200)
    sheet.values.inspect(made.node("Highest of 55 days"), "value")
    workspace.ask_for("values")
    made.keep("values")
    sheet.values.scrub(None)
    for _ in range(2):
        made.do("run.execute")
        made.until(lambda: workspace.runs.current is None and workspace.runs.shown is not None)
        made.rest(1.5)
    made.keep("results")
    page = window.page.centralWidget()
    tabs = page.view.tabs
    for number in range(1, tabs.count()):
        tabs.setCurrentIndex(number)
        made.keep(tabs.tabText(number).split()[0].lower())
    tabs.setCurrentIndex(0)
    page._choose(3)
    made.rest(4.0)
    made.keep("trade")
    workspace.runs.compare(workspace.runs.recorded[:2])
    made.rest(1.5)
    made.keep("compare")
    _draw_data(made)
    _draw_research(made)
    _draw_training(made)
    window.show_activity("jobs")
    made.keep("jobs")
    _draw_dialogs(made)


def _draw_research(made: Drawing) -> None:
    """A sweep set up in the form, run, and looked at in every way."""
    from alphintra_desktop.workspace.research_commands import new_sweep

    workspace = made.workspace
    workspace.switch_to(next(one for one in workspace.sheets if one.title == "SMA crossover"))
    new_sweep.run(workspace)
    page = made.window.page.centralWidget()
    made.until(lambda: page.form is not None)
    rows = [row for row in page.form.params.rows if row.param.param == "period"]
    for row, values in zip(rows, ("5:60:1", "50:250:5"), strict=True):
        row.switch.setChecked(True)
        row.values.setText(values)
        row.values.textEdited.emit(values)
    made.until(page.form.start.isEnabled)
    made.keep("research-form")
    page.form.begin()
    made.until(lambda: page.view is not None)
    made.rest(6.0)  # until what tells that it is done has gone
    tabs = page.view.tabs
    for number in range(tabs.count()):
        tabs.setCurrentIndex(number)
        made.rest(1.0)
        made.keep(f"research-{tabs.tabText(number).lower().replace(' ', '-')}")


def _draw_training(made: Drawing) -> None:
    """The template that learns, trained and looked at in every way."""
    from alphintra_desktop.workspace.templates import template_text

    workspace = made.workspace
    path = workspace.project.graphs / "ml_momentum.alphintra"
    path.write_text(template_text("ml_momentum"), "utf-8")
    workspace.switch_to(workspace.open_sheet(path))
    made.window.show_activity("training")
    made.keep("training-empty")
    made.do("run.train")
    page = made.window.page.centralWidget()
    made.until(lambda: page.running.charts.charts["auc"].lines or page.view is not None)
    made.keep("training-running")
    made.until(lambda: page.view is not None)
    made.rest(9.0)  # until what tells that it is done has gone
    tabs = page.view.tabs
    for number in range(tabs.count()):
        tabs.setCurrentIndex(number)
        made.keep(f"training-{tabs.tabText(number).lower().replace(' ', '-')}")


def _draw_data(made: Drawing) -> None:
    made.window.show_activity("data")
    page = made.window.page.centralWidget()
    made.until(lambda: page.details.chart is not None)
    made.keep("data")
    details, dataset = page.details, page.details.row.version.dataset
    details.tabs.setCurrentWidget(details.dataset)
    made.until(lambda: page.work.coverage(dataset) is not None)
    made.keep("coverage")
    details.tabs.setCurrentIndex(0)
    page.open_fetch()
    made.rest(2.0)
    made.keep("fetch", page.fetch_dialog)
    page.fetch_dialog.close()
    _draw_import(made)


def _draw_import(made: Drawing) -> None:
    """Files as vendors and portals write them, one of them with an error."""
    from alphintra_desktop.ui.importing.dialog import ImportDialog

    folder = made.folder.parent / "to import"
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "DAX.csv": "Datum;Zeit;Erster;Hoch;Tief;Schlusskurs;Volumen\n"
        + "".join(
            f"02.01.2024;09:{minute:02d};16.8{minute:02d},5;16.9{minute:02d};16.7{minute:02d};"
            f"16.8{minute:02d},75;1.{200 + minute}\n"
            for minute in range(60)
        ),
        "empty.csv": "Date,Open,High,Low,Close\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    made.workspace.import_asked.emit(tuple(folder / name for name in files))
    dialog = made.window.findChild(ImportDialog)
    made.until(lambda: not dialog.desk.reading)
    made.keep("import", dialog)
    dialog.close()


def _draw_dialogs(made: Drawing) -> None:
    from PySide6.QtWidgets import QApplication

    window = made.window
    window.show_activity("build")
    for command, name in (
        ("view.palette", "palette"),
        ("file.new_project", "gallery"),
        ("file.settings", "settings"),
        ("help.about", "about"),
    ):
        made.do(command)
        made.rest(1.0)
        tops = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not window]
        made.keep(name, tops[-1])
        for dialog in tops:
            dialog.close()
    made.rest(0.2)


def main() -> None:
    """Draw one theme."""
    with tempfile.TemporaryDirectory(
        prefix="alphintra-pictures-", ignore_cleanup_errors=True
    ) as home:
        os.environ["ALPHINTRA_HOME"] = home
        draw_all(Drawing(Path(sys.argv[1]), sys.argv[2]))
        sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
