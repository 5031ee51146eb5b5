from __future__ import annotations

import pytest

from tests.fuzzing import rounds
from tests.graph.fuzz_graph_files import run


@pytest.mark.fuzz
def test_that_a_mutated_file_gives_a_graph_or_one_clear_error():
    found = run(rounds(1000), seed=1)
    assert found["read"] > 0
    assert found["refused"] > 0
