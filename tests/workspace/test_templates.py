from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from alphintra_desktop.backtest.run import backtest, load_data
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.codegen.problems import problems
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.arrange import box_of
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.model import FRAME, Graph, Note
from alphintra_desktop.learning.from_graph import trainings_of
from alphintra_desktop.learning.task import run_train
from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.report import Report
from alphintra_desktop.workspace.templates import (
    TO_TRAIN,
    described,
    template,
    template_names,
    template_text,
    templates,
)


def test_that_every_graph_that_ships_is_offered():
    folder = files("alphintra_desktop.resources") / "templates"
    there = {item.name.removesuffix(".alphintra") for item in folder.iterdir()}
    assert there == set(template_names())
    assert [made.name for made in templates()] == list(template_names())


@pytest.mark.parametrize("name", template_names())
def test_that_a_template_tells_in_one_sentence_what_it_does(name: str):
    made = template(name)
    assert made.title == made.graph.name
    assert made.about.endswith(".")
    assert 20 < len(made.about) < 90
    assert made.more


@pytest.mark.parametrize("name", template_names())
def test_that_a_template_has_no_problems_and_trades_on_the_sample_data(name: str, tmp_path: Path):
    ensure_sample_data()
    graph = template(name).graph
    assert problems(graph) == ()
    for spec in trainings_of(graph) if name in TO_TRAIN else ():
        run_train(spec.arguments(), tmp_path, Report())
    code = generate(graph)
    assert len(backtest(code, load_data(code)).trades) >= 3


@pytest.mark.parametrize("name", template_names())
def test_that_the_nodes_of_a_template_lie_apart_and_wires_lead_to_the_right(name: str):
    graph = template(name).graph
    assert graph_to_text(graph) == template_text(name)
    plain = [id for id, note in graph.notes.items() if note.kind != FRAME]
    boxes = [box_of(graph, {}, id) for id in (*graph.nodes, *plain)]
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = one[0] >= other[2] or other[0] >= one[2]
            assert apart or one[1] >= other[3] or other[1] >= one[3]
    for wire in graph.wires:
        source, target = graph.nodes[wire.source], graph.nodes[wire.target]
        assert source.position[0] < target.position[0]


def test_that_a_template_that_is_not_there_is_told_with_the_nearest():
    with pytest.raises(AlphintraError, match="no template 'pairs_spred'") as caught:
        template("pairs_spred")
    assert caught.value.hint == "Did you mean pairs_spread?"


def test_that_a_graph_is_described_by_its_uppermost_comment():
    assert described(Graph()) == ("", "")
    notes = [
        Note("00000001", "comment", "Below.", (0, 10)),
        Note("00000002", "comment", "Above.\nMore\nof it.", (0, 0)),
        Note("00000003", "frame", "Frame", (0, -10)),
    ]
    assert described(Graph().with_items(notes)) == ("Above.", "More\nof it.")
