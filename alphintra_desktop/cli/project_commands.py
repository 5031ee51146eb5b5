"""`alphintra new | open | nodes`, and what a bare `alphintra` does."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any

from alphintra_desktop.cli.arguments import add_command, add_json
from alphintra_desktop.cli.choosing import SUFFIX
from alphintra_desktop.cli.output import Console, shown_path
from alphintra_desktop.disk import text_of_file, write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_from_text, write_graph
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.nodes.models import MODEL
from alphintra_desktop.runs.project import Project, create_project, home_project, open_project
from alphintra_desktop.workspace.templates import SAMPLE_TEMPLATE, template_names, template_text


def add_new(commands: Any) -> None:
    """`alphintra new`."""
    command = add_command(
        commands,
        "new",
        "make a project from a template",
        about="A project is a folder: its graphs, and everything that was tried with them.",
        examples=("new my_strategy", "new my_strategy --template rsi_reversion"),
    )
    command.add_argument("folder", help="a folder that does not exist yet, or is empty")
    command.add_argument(
        "--template",
        default=SAMPLE_TEMPLATE,
        metavar="NAME",
        help=f"one of: {', '.join(template_names())} (default: {SAMPLE_TEMPLATE})",
    )
    add_json(command)
    command.set_defaults(run=run_new)


def add_open(commands: Any) -> None:
    """`alphintra open`."""
    command = add_command(
        commands,
        "open",
        "make a project of the graph inside an HTML report",
        about="A report holds the graph it was made from, byte for byte.",
        examples=("open report.html", "open report.html my_strategy"),
    )
    command.add_argument("report", help="a report made by `alphintra backtest --report`")
    command.add_argument("folder", nargs="?", help="where to (default: the report's name)")
    add_json(command)
    command.set_defaults(run=run_open)


def add_nodes(commands: Any) -> None:
    """`alphintra nodes`."""
    command = add_command(
        commands,
        "nodes",
        "list the node types, or explain some of them",
        examples=("nodes", "nodes moving average", "nodes talib.sma"),
    )
    command.add_argument("words", nargs="*", help="words to look for, or the name of a node type")
    add_json(command)
    command.set_defaults(run=run_nodes)


def add_desktop(commands: Any) -> None:
    """`alphintra desktop`, which `__main__` does itself: this is its help."""
    command = add_command(
        commands,
        "desktop",
        "open the window",
        about="The same as `alphintra` alone where there is a screen. Without a project, the one "
        "that was open last is opened.",
        examples=("desktop", "desktop my_strategy"),
    )
    command.add_argument("folder", nargs="?", help="the project to open")
    command.set_defaults(run=run_desktop)


def run_desktop(options: argparse.Namespace, console: Console) -> None:
    """Only reached when the command line is used from within another program."""
    del options, console
    raise AlphintraError(
        "The window opens in a process of its own.", hint="Run `alphintra desktop` in a terminal."
    )


COMMANDS = (add_desktop, add_new, add_open, add_nodes)


def run_new(options: argparse.Namespace, console: Console) -> None:
    """A project with one graph in it."""
    text = template_text(options.template)
    graph = graph_from_text(text, options.template)
    project = create_project(Path(options.folder), Path(options.folder).absolute().name)
    path = project.graphs / f"{options.template}{SUFFIX}"
    write_graph(path, graph)
    _tell_of_project(graph, project, path, console)


def run_open(options: argparse.Namespace, console: Console) -> None:
    """The graph of a report, back in a project, byte for byte."""
    from alphintra_desktop.backtest.html_report import graph_from_report  # noqa: PLC0415

    report = Path(options.report)
    text = graph_from_report(text_of_file(report))
    graph = graph_from_text(text, str(report))
    folder = Path(options.folder) if options.folder else report.with_suffix("")
    project = create_project(folder, folder.absolute().name)
    path = project.graphs / f"{report.stem}{SUFFIX}"
    write_file(path, text)
    _tell_of_project(graph, project, path, console)


def _tell_of_project(graph: Graph, project: Project, path: Path, console: Console) -> None:
    if console.as_json:
        console.result({"name": graph.name, "project": project.folder, "graph": path})
        return
    folder = shown_path(project.folder)
    console.pairs(
        ("Strategy", graph.name),
        ("Graph", shown_path(path)),
        ("Next", shlex.join(_next(graph, folder))),
    )


def _next(graph: Graph, folder: str) -> list[str]:
    """What a model has to learn comes before a backtest."""
    if any(node.type == MODEL for node in graph.nodes.values()):
        return ["alphintra", "train", folder]
    return ["alphintra", "backtest", folder, "--report", "report.html"]


def run_nodes(options: argparse.Namespace, console: Console) -> None:
    """All node types by category; one in full when its name is given."""
    from alphintra_desktop.nodes.catalog import (  # noqa: PLC0415 - brings TA-Lib and pandas
        catalog,
        describe,
        search,
        suggestion,
    )

    text = " ".join(options.words)
    known = catalog()
    found = [known[text]] if text in known else list(search(text) if text else known.values())
    if not found:
        raise AlphintraError(f"No node type matches '{text}'.", hint=suggestion(text))
    if console.as_json:
        console.result([{"name": n.name, "title": n.title, "category": n.category} for n in found])
    elif len(found) == 1:
        for line in describe(found[0]).splitlines():
            console.sentence(line)
    else:
        rows = [(node.category, node.name, node.title) for node in found]
        console.table(("Category", "Name", "Title"), rows if text else sorted(rows))


def run_sample(options: argparse.Namespace, console: Console) -> None:
    """Without a display: run the sample strategy, print its metrics, say where the report lies."""
    from alphintra_desktop.backtest.task import BacktestSpec  # noqa: PLC0415
    from alphintra_desktop.cli.graph_commands import backtest_in, print_summary  # noqa: PLC0415

    del options
    folder = home_project().folder / "sample project"
    project = open_project(folder) if folder.exists() else create_project(folder, "Sample")
    path = project.graphs / f"{SAMPLE_TEMPLATE}{SUFFIX}"
    if not path.exists():
        write_graph(path, graph_from_text(template_text(SAMPLE_TEMPLATE), SAMPLE_TEMPLATE))
    spec = BacktestSpec(path.read_text("utf-8"), str(path), with_report=True)
    with console.progress() as report:
        summary, job = backtest_in(project, spec, report)
    print_summary(summary, console, everything=False)
    console.line()
    console.pairs(
        ("Report", str(job / "artifacts" / "report.html")),
        ("Project", str(folder)),
        ("Next", "alphintra new my_strategy, and alphintra --help"),
    )
