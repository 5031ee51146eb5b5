"""Custom code is read by its syntax tree, never run, and refused with a line and a hint."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Node
from alphintra_desktop.graph.node_type import NodeType, Param, Port
from alphintra_desktop.ir.ops import Column, CustomFlags, CustomNumbers, Dataset, Flags, Numbers
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.nodes.custom import CUSTOM, EXAMPLE, custom_node_type
from alphintra_desktop.nodes.params import checked_params

CLOSE = Column(Dataset("sample", ("AAPL",)), "close")
HEAD = "def f(close: Numbers) -> Numbers:\n"

EVERYTHING = '''
def pulled_back(close: Numbers, trend: Flags, *, window: int = 20, depth: float = -1,
                strict: bool = True, mode: str = "mean") -> Flags:
    """Whether the close has come back to its average.

    Only while the trend holds.
    """
    average = pd.Series(close).rolling(window).mean()
    return trend & (close < average.to_numpy() * depth)
'''


def refusal(code: str) -> AlphintraError:
    with pytest.raises(AlphintraError) as refused:
        custom_node_type(code)
    assert refused.value.place is not None
    assert refused.value.place.param == "code"
    return refused.value


def test_that_ports_params_output_and_help_are_read_from_the_function():
    made = custom_node_type(EVERYTHING)
    assert made.name == CUSTOM
    assert made.title == "Pulled back"
    assert made.help.startswith("Whether the close has come back")
    assert dict(made.inputs) == {"close": Port("close", Numbers), "trend": Port("trend", Flags)}
    assert dict(made.outputs) == {"value": Flags}
    settings = {name: param for name, param in made.params.items() if name != "code"}
    assert settings == {
        "window": Param(20, int),
        "depth": Param(-1.0, float),
        "strict": Param(True, bool),
        "mode": Param("mean", str),
    }
    assert type(settings["depth"].default) is float


def test_that_a_node_with_code_has_the_ports_and_params_of_its_code():
    node = Node("00000001", CUSTOM, params={"code": EVERYTHING, "window": 5})
    made = node_type_of(node)
    assert made is not None
    values, problems = checked_params(node, made)
    assert problems == ()
    op = made.build(CLOSE, CLOSE, **values)
    settings = (("window", 5), ("depth", -1.0), ("strict", True), ("mode", "mean"))
    assert op == CustomFlags(EVERYTHING, (CLOSE, CLOSE), settings, "Pulled back")


def test_that_a_new_node_has_an_example_that_works():
    made = node_type_of(Node("00000001", CUSTOM))
    assert made is not None
    op = made.build(CLOSE, **{name: param.default for name, param in made.params.items()})
    assert op == CustomNumbers(EXAMPLE, (CLOSE,), (("window", 10),), "Smoothed")


def test_that_code_that_is_no_text_is_a_wrong_param():
    node = Node("00000001", CUSTOM, params={"code": 7})
    made = node_type_of(node)
    assert made is not None
    _, (problem,) = checked_params(node, made)
    assert (problem.param, problem.message) == ("code", "'code' is a text, not 7.")


def test_that_reading_never_runs_the_code(tmp_path: Path):
    trace = tmp_path / "trace"
    touch = f"open({str(trace)!r}, 'w')"
    for code in (
        f"{touch}\n{HEAD}    return close",
        f"def f(close: Numbers, *, n: int = {touch}) -> Numbers:\n    return close",
        f"def f(close: {touch}) -> Numbers:\n    return close",
        f"@{touch}\n{HEAD}    return close",
    ):
        refusal(code)
    custom_node_type(f"{HEAD}    {touch}\n    return close")
    assert not trace.exists()


@pytest.mark.parametrize(
    ("code", "line", "message", "hint"),
    [
        ("", 1, "no function", "Write it like this"),
        ("# only a comment", 1, "no function", "Write it like this"),
        ("def f(close: Numbers -> Numbers:\n    return close", 1, "cannot read line 1", "Correct"),
        (f"{HEAD}return close", 2, "cannot read line 2", "Correct"),
        ("x = 1\n" + HEAD + "    return close", 1, "not part of a function", "inside"),
        (f"{HEAD}    return close\n\n{HEAD}    return close", 4, "2 functions", "Move the others"),
        ("class A:\n    pass", 1, "not part of a function", "inside"),
        ("import os\n" + HEAD + "    return close", 1, "cannot import", "np, pd and talib"),
        (f"{HEAD}    import os\n    return close", 2, "cannot import", "np, pd and talib"),
        (f"{HEAD}    from numpy import mean", 2, "cannot import", "np, pd and talib"),
        ("async " + HEAD + "    return close", 1, "async", "async away"),
        ("@cache\n" + HEAD + "    return close", 1, "decorator", "@"),
        ("def f(close) -> Numbers:\n    return close", 1, "'close' is missing", "Numbers"),
        ("def f(close: float) -> Numbers:\n    return close", 1, "'close' is 'float'", "Flags"),
        ("def f(close: np.ndarray) -> Numbers:\n    return 1", 1, "'np.ndarray'", "Numbers"),
        ("def f(close: Numbers):\n    return close", 1, "what it returns is missing", "Numbers"),
        ("def f(close: Numbers) -> int:\n    return close", 1, "returns is 'int'", "Numbers"),
        ("def f(*close: Numbers) -> Numbers:\n    return close", 1, "*arguments", "Name every"),
        ("def f(a: Numbers, **b: int) -> Numbers:\n    return a", 1, "*arguments", "Name every"),
        ("def f(a: Numbers, /) -> Numbers:\n    return a", 1, "a / among", "/ away"),
        ("def f(a: Numbers = None) -> Numbers:\n    return a", 1, "default value", "Put a *"),
        ("def f() -> Numbers:\n    return 1", 1, "no input", "Write it like this"),
        ("def f(*, n: int = 1) -> Numbers:\n    return n", 1, "no input", "Write it like this"),
        ("def f(a: Numbers, *, n: int) -> Numbers:\n    return a", 1, "'n' needs", "n: int = 20"),
        ("def f(a: Numbers, *, n=1) -> Numbers:\n    return a", 1, "'n' is missing", "int, float"),
        ("def f(a: Numbers, *, n: list = 1) -> Numbers:\n    return a", 1, "'list'", "int, float"),
        ("def f(a: Numbers, *, n: int = x) -> Numbers:\n    return a", 1, "'n' needs", "int = 20"),
        ("def f(a: Numbers, *, n: int = 1.5) -> Numbers:\n    return a", 1, "'n' needs", "= 20"),
        ("def f(a: Numbers, *, n: int = True) -> Numbers:\n    return a", 1, "'n' needs", "= 20"),
        ("def f(a: Numbers, *, n: float = 1e999) -> Numbers:\n    return a", 1, "needs", "= 0.5"),
        ("def f(a: Numbers,\n  *, s: str = 'a' + b) -> Numbers:\n    return a", 2, "needs", "text"),
        ("def f(np: Numbers) -> Numbers:\n    return np", 1, "'np' is taken", "another name"),
        ("def pd(a: Numbers) -> Numbers:\n    return a", 1, "'pd' is taken", "another name"),
        ("def f(a: Numbers, *, code: int = 1) -> Numbers:\n    return a", 1, "'code'", "another"),
        ("def f(a: Numbers, a: Numbers) -> Numbers:\n    return a", 1, "'a'", "Correct"),
        (f"{HEAD}    break", 2, "cannot read line 2", "Correct"),
    ],
)
def test_that_code_that_is_no_node_is_refused_with_its_line_and_a_hint(
    code: str, line: int, message: str, hint: str
):
    refused = refusal(code)
    assert message in refused.message
    assert hint in refused.hint
    assert refused.place is not None
    assert refused.place.line == line


@pytest.mark.parametrize("code", ["\0", "(" * 5_000, "-" * 90_000 + "1", "\ud800", "x" * 200_000])
def test_that_code_that_python_itself_chokes_on_is_refused(code: str):
    refusal(code)


@pytest.mark.parametrize("deep", ["-" * 900 + "1", "1+" * 2_000 + "1", "(" * 150 + ")" * 150])
def test_that_deep_nesting_is_refused_wherever_it_stands(deep: str):
    for code in (
        f"def f(a: {deep}) -> Numbers:\n    return a",
        f"def f(a: Numbers, *, n: str = {deep}) -> Numbers:\n    return a",
        f"@{deep}\n{HEAD}    return close",
    ):
        refusal(code)


PIECES = st.sampled_from([
    *("def ", "f", "(", ")", ":", "\n", "    ", "*, ", "close: Numbers", " -> Numbers", " = ", "1"),
    *("return close", "async ", "@", "import os", "lambda", "yield", "raise SystemExit", '"'),
])  # fmt: skip


@given(st.text() | st.lists(PIECES).map("".join))
def test_that_junk_is_refused_and_never_run(code: str):
    found = read_or_refused(code)
    if isinstance(found, AlphintraError):
        assert found.message
        assert found.hint
        assert found.place is not None
    else:
        assert found.inputs
        assert "->" in code


def read_or_refused(code: str) -> NodeType | AlphintraError:
    try:
        return custom_node_type(code)
    except AlphintraError as refused:
        return refused


@given(
    st.lists(st.sampled_from(["Numbers", "Flags"]), min_size=1, max_size=4),
    st.dictionaries(
        st.from_regex("[a-z]{3,8}", fullmatch=True).map("set_{}".format),
        st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.booleans()
        | st.text(),
        max_size=4,
    ),
    st.sampled_from(["Numbers", "Flags"]),
)
def test_that_every_well_typed_function_is_a_node(
    ports: list[str], settings: dict[str, int | float | bool | str], output: str
):
    arguments = [f"port_{number}: {kind}" for number, kind in enumerate(ports)]
    if settings:
        arguments.append("*")
    arguments += [f"{name}: {type(v).__name__} = {v!r}" for name, v in settings.items()]
    made = custom_node_type(f"def made({', '.join(arguments)}) -> {output}:\n    return port_0\n")
    assert [port.type.__name__ for port in made.inputs.values()] == ports
    found = {name: param.default for name, param in made.params.items() if name != "code"}
    assert found == settings
    assert made.outputs["value"].__name__ == output
