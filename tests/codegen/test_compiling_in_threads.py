"""Several sheets compile at once, each in a thread of its own."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

from alphintra_desktop.codegen.copied import modules_in
from alphintra_desktop.nodes.parsing import parsed, refuse_what_cannot_run

TEXT = "\n".join(
    f"def made_{n}(a):\n    return [a + {n} * (a - {n}), {{'x': a}}]" for n in range(60)
)


class Thing:
    """Something with a weak reference to it."""


@contextmanager
def python_run_while_collecting() -> Iterator[None]:
    """Collecting garbage often, and running Python for it, lets threads change amid a tree."""
    before = gc.get_threshold()
    gc.set_threshold(50, 2, 2)

    def on_collect(phase: str, info: dict[str, int]) -> None:
        thing = Thing()
        weakref.ref(thing, lambda _: sum(range(50)))
        sum(range(2000))

    gc.callbacks.append(on_collect)
    try:
        yield
    finally:
        gc.callbacks.remove(on_collect)
        gc.set_threshold(*before)


def test_that_trees_are_made_in_several_threads_without_disturbing_each_other():
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(15):
                text = f"{TEXT}\nnumber = {number, turn}"
                refuse_what_cannot_run(parsed(text), "<test>")
                modules_in([text])
        except BaseException as failure:
            failures.append(failure)

    with python_run_while_collecting():
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
