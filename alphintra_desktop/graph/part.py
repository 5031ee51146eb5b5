"""Objects of a graph file, read strictly: what is missing or of the wrong kind is told with its
place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from alphintra_desktop.graph.layout import without_lines
from alphintra_desktop.graph.model import NODE_ID
from alphintra_desktop.graph.parsing import Misread, Way
from alphintra_desktop.graph.values import WHAT_IDS_ARE, Unkeepable, checked

T = TypeVar("T")

PUT_RIGHT = "Correct it in a text editor, or take the file from a backup or from version control."


@dataclass(frozen=True)
class Part:
    """An object of the file, the way to it, and the item that it is about: what, and its id."""

    content: Mapping[str, Any]
    way: Way = ()
    kind: str = "node"
    node: str | None = None

    def wrong(self, what: str, *key: str, hint: str = PUT_RIGHT) -> Misread:
        """The error that something is wrong with this part, or what it has under `key`."""
        return Misread(what, way=(*self.way, *key), node=self.node, hint=hint)

    def has(self, key: str, kind: type[T], called: str, default: T | None = None) -> T:
        """What is there under `key`, of the right kind. Without a default it must be there."""
        value = self.content.get(key, default)
        if key not in self.content and default is None:
            raise self.wrong(f"has no {key!r} {self._about()}")
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(f"has {brief(value)} as {key!r} {self._about()}, not {called}", key)
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """The text under `key`."""
        return self.has(key, str, "text", default)

    def lines(self, key: str) -> str:
        """The text under `key`, which may stand there as a list of lines."""
        try:
            text = without_lines(self.content.get(key, ""))
        except ValueError as problem:
            raise self.wrong(
                f"has a text {self._about()} that is no list of lines", key
            ) from problem
        return replace(self, content={key: text}).text(key)

    def one_of(self, key: str, choices: tuple[str, ...], default: str) -> str:
        """The text under `key`, which must be among `choices`."""
        found = self.text(key, default)
        if found not in choices:
            known = ", ".join(choice for choice in choices if choice)
            hint = f"Use one of: {known}. Or update Alphintra Desktop, and open it again."
            raise self.wrong(f"has {brief(found)} as {key!r} {self._about()}", key, hint=hint)
        return found

    def pair(self, key: str, default: tuple[float, float]) -> tuple[float, float]:
        """The two numbers under `key`."""
        numbers = self.kept(key, self.has(key, list, "a list", list(default)))
        if len(numbers) != 2 or not all(type(number) in (int, float) for number in numbers):
            raise self.wrong(f"has a {key} {self._about()} that is not two numbers", key)
        return float(numbers[0]), float(numbers[1])

    def count(self, key: str, least: int) -> int:
        """The whole number under `key`, or the least one allowed if the file does not say."""
        number = self.has(key, int, "a whole number", least)
        if number < least:
            raise self.wrong(f"has {number} as {key!r} {self._about()}, below {least}", key)
        return number

    def id(self, key: str) -> str:
        """The id under `key`."""
        found = self.text(key)
        if not NODE_ID.fullmatch(found):
            raise self.wrong(f"has a node id {brief(found)}", key, hint=WHAT_IDS_ARE)
        return found

    def parts(self, key: str) -> Iterator[Part]:
        """The objects of the list under `key`."""
        for index, item in enumerate(self.has(key, list, "a list", [])):
            way = (*self.way, key, index)
            if not isinstance(item, dict):
                raise Misread(f"has {brief(item)} among its {key}", way=way, hint=PUT_RIGHT)
            yield Part(item, way)

    def kept(self, key: str, value: Any) -> Any:
        """`value`, which stands under `key`, as a graph keeps it."""
        try:
            return checked(value)
        except Unkeepable as problem:
            raise self.wrong(f"has a value of {brief(key)} that {problem}", key) from problem

    def rest(self, known: tuple[str, ...]) -> dict[str, Any]:
        """What else the part says."""
        unknown = self.content.keys() - set(known)
        return {key: self.kept(key, self.content[key]) for key in unknown}

    def _about(self) -> str:
        if self.node:
            return f"of the {self.kind} {self.node}"
        return f"of one of its {self.way[0]}" if self.way else "of the graph"


def brief(value: Any, longest: int = 40) -> str:
    """A value of the file for a message: one line, and a short one."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= longest else text[: longest - 3] + "..."
