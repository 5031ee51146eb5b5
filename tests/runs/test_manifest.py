"""Equal runs have equal manifests and hashes; the smallest difference shows."""

from __future__ import annotations

import hashlib
import json
import math
import struct
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.runs.canonical import canonical_json, value_hash
from alphintra_desktop.runs.manifest import (
    Recipe,
    equity_hash,
    installed_versions,
    manifest,
    manifest_hash,
)

RECIPE = Recipe(
    graph_hash="aa",
    code_hash="bb",
    data_hashes={"SPY 1d": "cc"},
    engine="vectorbt",
    engine_reason="It can do all of it.",
    params={"1f": {"window": 20}},
    settings={"cash": 100_000.0},
    seeds={"numpy": 7},
    marks=("fills at the same close",),
)


def output_of(script: str) -> str:
    """What a fresh Python prints when it runs `script`."""
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    ).stdout.strip()


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def test_that_a_manifest_is_plain_json_and_holds_all_of_the_recipe() -> None:
    made = manifest(RECIPE)
    assert json.loads(canonical_json(made)) == made
    assert made["data_hashes"] == {"SPY 1d": "cc"}
    assert made["marks"] == ["fills at the same close"]
    assert made["versions"]["numpy"] == np.__version__
    assert made["versions"]["TA-Lib"] == version("TA-Lib")


def test_that_a_repeated_run_has_the_same_manifest_hash_in_another_process() -> None:
    script = (
        "from tests.runs.test_manifest import RECIPE\n"
        "from alphintra_desktop.runs.manifest import manifest, manifest_hash\n"
        "print(manifest_hash(manifest(RECIPE)))"
    )
    assert output_of(script) == manifest_hash(manifest(RECIPE))


def test_that_reading_versions_imports_none_of_the_packages() -> None:
    script = (
        "import sys; from alphintra_desktop.runs.manifest import installed_versions\n"
        "installed_versions()\n"
        "print([n for n in ('pandas', 'vectorbt', 'numba', 'duckdb', 'talib') if n in sys.modules])"
    )
    assert output_of(script) == "[]"
    assert installed_versions()["python"]


@given(plain)
def test_that_canonical_json_reads_back_as_it_was(value: object) -> None:
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(st.text(), st.integers()))
def test_that_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert value_hash(dict(reversed(value.items()))) == value_hash(value)


def test_that_numbers_json_lacks_are_spelt_out_and_read_back_by_float() -> None:
    text = canonical_json({"a": math.nan, "b": math.inf, "c": -math.inf, "d": np.int64(3)})
    assert text == '{"a":"NaN","b":"Infinity","c":"-Infinity","d":3}'
    assert math.isnan(float(json.loads(text)["a"]))
    assert float(json.loads(text)["c"]) == -math.inf


@pytest.mark.parametrize("value", [{1: "a"}, {"a": {1, 2}}, b"bytes", [object()], np.zeros(2)])
def test_that_what_json_has_no_word_for_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


@given(st.lists(st.floats(allow_nan=False)))
def test_that_the_equity_hash_is_sha256_over_little_endian_doubles(equity: list[float]) -> None:
    expected = hashlib.sha256(struct.pack(f"<{len(equity)}d", *equity)).hexdigest()
    assert equity_hash(np.array(equity)) == expected
    assert equity_hash(np.array(equity, dtype=">f8")) == expected
    assert equity_hash(np.repeat(np.array(equity), 2)[::2]) == expected


@given(st.lists(st.floats(1.0, 1e9), min_size=1), st.data())
def test_that_one_bit_in_one_bar_changes_the_equity_hash(
    equity: list[float], data: st.DataObject
) -> None:
    bar = data.draw(st.integers(0, len(equity) - 1))
    changed = np.array(equity)
    changed[bar] = np.nextafter(changed[bar], np.inf)
    assert equity_hash(changed) != equity_hash(np.array(equity))
