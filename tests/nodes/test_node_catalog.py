"""Node types are found by name and by words, and described for a terminal."""

from __future__ import annotations

import subprocess
import sys

import pytest

from alphintra_desktop.graph.model import Node
from alphintra_desktop.nodes.catalog import (
    NODES,
    catalog,
    describe,
    node_type_of,
    search,
    suggestion,
)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("rsi", "talib.rsi"),
        ("RSI", "talib.rsi"),
        ("macd", "talib.macd"),
        ("bollinger", "talib.bbands"),
        ("simple moving average", "talib.sma"),
        ("crossover", "conditions.crosses_above"),
        ("golden cross", "conditions.crosses_above"),
        ("atr stop", "stops.stop_loss_at_distance"),
        ("buy", "signals.enter_long"),
        ("short entry", "signals.enter_short"),
        ("rebalance monthly", "logic.on_new_period"),
        ("fee", "costs.commission"),
        ("z-score", "transforms.z_score"),
        ("and", "logic.all_of"),
        ("hammer", "talib.cdlhammer"),
    ],
)
def test_that_the_words_of_a_trader_find_the_node_first(text: str, first: str):
    assert search(text)[0].name == first


def test_that_every_word_must_be_found():
    assert search("moving zzz") == ()
    assert search("") == ()


def test_that_a_search_finds_every_node_by_its_own_name_and_title():
    for made in catalog().values():
        assert made in search(made.name), made.name
        assert made in search(made.title), made.title


def test_that_a_misspelt_name_is_answered_with_the_nearest():
    assert suggestion("talib.rsj") == "Did you mean talib.rsi?"
    assert suggestion("Comission") == "Did you mean Commission?"
    assert suggestion("zzzzzz") == "Run `alphintra nodes` for all of them."


def test_that_a_description_holds_help_ports_outputs_and_params():
    assert describe(catalog()["talib.rsi"]) == "\n".join([
        "Relative strength index (RSI)  (talib.rsi, Momentum)",
        "",
        "Wilder's measure of gains against losses, 0 to 100. Below 30 is called oversold, above 70 "
        "overbought.",
        "",
        "There is no number until there are enough bars.",
        "",
        "Formula: 100 * average gain / (average gain + average loss)",
        "",
        "Inputs",
        "  values: Numbers",
        "",
        "Outputs",
        "  value: Numbers",
        "",
        "Params",
        "  period = 14  2 to 100000  bars  How many bars to look at; more is smoother and slower.",
    ])  # fmt: skip


def test_that_a_description_tells_which_ports_may_stay_open_and_what_may_be_chosen():
    text = describe(catalog()["strategy.strategy"])
    assert "  rules: OrderRule, any number of wires" in text
    assert "  sizing: Sizing, may stay open" in text
    assert "one of next_open, next_close, same_close" in text


def test_that_every_node_type_can_be_described():
    for made in catalog().values():
        text = describe(made)
        assert made.title in text
        assert all(line == line.rstrip() for line in text.splitlines())


def test_that_a_node_knows_its_type_by_name():
    for name, made in catalog().items():
        assert node_type_of(Node("00000001", name)) == made
    assert node_type_of(Node("00000001", "talib.nonsense")) is None
    assert node_type_of(Node("00000001", "")) is None


def test_that_the_catalog_cannot_be_changed_by_its_readers():
    with pytest.raises(TypeError):
        catalog()["talib.rsi"] = NODES[0]  # type: ignore[index]


def test_that_our_own_nodes_are_known_without_loading_ta_lib():
    code = (
        "import sys\n"
        "from alphintra_desktop.graph.model import Node\n"
        "from alphintra_desktop.nodes.catalog import node_type_of\n"
        "assert node_type_of(Node('00000001', 'prices.close')) is not None\n"
        "print('talib' in sys.modules, 'pandas' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
