"""Constants, and calculating with series bar by bar."""

from __future__ import annotations

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.node_type import node_type, param
from alphintra_desktop.ir.ops import (
    Absolute,
    Add,
    Choose,
    Constant,
    Divide,
    Flags,
    Larger,
    Multiply,
    Negative,
    Numbers,
    Power,
    Sign,
    Smaller,
    SquareRoot,
    Subtract,
)


@node_type("Constant", category="Arithmetic", tags=("number", "value"))
def constant(*, value: float = param(0.0, help="The number.")) -> Numbers:
    """The same number on every bar."""
    return Constant(value)


@node_type("Add", category="Arithmetic", formula="left + right", tags=("plus", "sum"))
def add(left: Numbers, right: Numbers) -> Numbers:
    """The sum of two numbers on the same bar."""
    return Add(left, right)


@node_type("Subtract", category="Arithmetic", formula="left - right", tags=("minus", "spread"))
def subtract(left: Numbers, right: Numbers) -> Numbers:
    """The left number minus the right one: a difference, or a spread."""
    return Subtract(left, right)


@node_type("Multiply", category="Arithmetic", formula="left * right", tags=("times", "product"))
def multiply(left: Numbers, right: Numbers) -> Numbers:
    """The product of two numbers on the same bar."""
    return Multiply(left, right)


@node_type("Divide", category="Arithmetic", formula="left / right", tags=("ratio",))
def divide(left: Numbers, right: Numbers) -> Numbers:
    """The left number over the right one. There is no number where the right one is 0."""
    return Divide(left, right)


@node_type("Power", category="Arithmetic", formula="base ^ exponent")
def power(base: Numbers, exponent: Numbers) -> Numbers:
    """A number raised to a power. There is no number where that is not a real one."""
    return Power(base, exponent)


@node_type("Minimum", category="Arithmetic", tags=("smaller", "min"))
def minimum(left: Numbers, right: Numbers) -> Numbers:
    """The smaller of two numbers on the same bar."""
    return Smaller(left, right)


@node_type("Maximum", category="Arithmetic", tags=("larger", "max"))
def maximum(left: Numbers, right: Numbers) -> Numbers:
    """The larger of two numbers on the same bar."""
    return Larger(left, right)


@node_type("Negative", category="Arithmetic", formula="-value", tags=("minus",))
def negative(values: Numbers) -> Numbers:
    """The number with its sign turned round."""
    return Negative(values)


@node_type("Absolute", category="Arithmetic", formula="|value|", tags=("size", "abs"))
def absolute(values: Numbers) -> Numbers:
    """The size of the number, without its sign."""
    return Absolute(values)


@node_type("Sign", category="Arithmetic", tags=("direction",))
def sign(values: Numbers) -> Numbers:
    """1 where the number is above 0, -1 where it is below, else 0."""
    return Sign(values)


@node_type("Square root", category="Arithmetic", tags=("sqrt",))
def square_root(values: Numbers) -> Numbers:
    """The square root. There is no number where the value is below 0."""
    return SquareRoot(values)


@node_type("Choose", category="Arithmetic", tags=("if", "else", "where"))
def choose(condition: Flags, yes: Numbers, no: Numbers) -> Numbers:
    """One number where the condition holds, another where it does not."""
    return Choose(condition, yes, no)


@node_type("Clip", category="Arithmetic", tags=("limit", "cap", "floor"))
def clip(
    values: Numbers,
    *,
    low: float = param(-1.0, help="Smaller numbers become this one."),
    high: float = param(1.0, help="Larger numbers become this one."),
) -> Numbers:
    """The number, kept between two limits."""
    if low > high:
        raise AlphintraError(
            f"The lower limit {low:g} is above the upper limit {high:g}.",
            hint="Swap the two.",
            place=Place(param="low"),
        )
    return Smaller(Larger(values, Constant(low)), Constant(high))
