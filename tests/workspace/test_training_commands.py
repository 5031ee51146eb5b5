"""Training from the window: the models of the graph, told with how good they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from alphintra_desktop.graph.edits import RemoveNode
from alphintra_desktop.market.event_store import event_tables
from alphintra_desktop.workspace.notices import Weight
from alphintra_desktop.workspace.run_commands import RUN_COMMANDS
from alphintra_desktop.workspace.training_commands import has_models, in_short, train_models
from tests.learning.test_model_node import drawn
from tests.research.made_library import import_made_bars
from tests.workspace.test_runs_of_a_workspace import Opened, wait_for


@pytest.fixture
def opened(tmp_path: Path, library_of_this_test: Path):
    import_made_bars(library_of_this_test)
    made = Opened(tmp_path, drawn())
    yield made
    made.close()


def notices(opened: Opened):
    wait_for(lambda: opened.workspace.notices.all)
    return opened.workspace.notices.all


def test_that_the_models_of_the_graph_are_trained_and_told(opened):
    assert train_models in RUN_COMMANDS
    assert has_models(opened.workspace)
    train_models.run(opened.workspace)
    (notice,) = notices(opened)
    assert notice.weight is Weight.WARNING  # nothing can be foretold of a random walk
    assert "mine is trained: area under the ROC curve" in notice.text
    assert notice.file.read_text().startswith("# mine")
    assert [table.name for table in event_tables()] == ["model.mine"]


def test_that_a_training_that_cannot_be_says_why_and_leaves_nothing(opened):
    label = next(n for n in opened.sheet.document.graph.nodes.values() if n.type.startswith("lab"))
    opened.sheet.document.apply(RemoveNode(label.id))
    with pytest.raises(Exception, match="no label to learn from"):
        train_models.run(opened.workspace)
    assert not event_tables()


def test_that_without_a_model_there_is_nothing_to_train(opened):
    opened.sheet.document.apply(RemoveNode("00000007"))
    assert not has_models(opened.workspace)


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ({"auc": 0.5123, "p_value": 0.31}, "0.512 out of sample, which chance alone gives in 31%"),
        ({"ic": 0.1, "p_value": 0.002}, "coefficient 0.100 out of sample; chance alone gives so"),
        ({"auc": None, "p_value": None}, "too little to judge"),
    ],
)
def test_that_scores_are_told_beside_chance(scores, words):
    assert words in in_short({"scores": scores})
