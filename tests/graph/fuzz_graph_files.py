"""Reads mutated graph files: each must give a graph that can be saved, or one clear error.

python -m tests.graph.fuzz_graph_files 10000 [seed]
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_from_text, graph_to_text, read_graph
from alphintra_desktop.graph.model import MODES, Graph, Group, Node, Note, Wire

WORDS = [
    *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\n", b"\x00", b"\xff", b"\xef\xbb\xbf"),
    *(b"null", b"true", b"NaN", b"-Infinity", b"1e999", b"-0.0", b"-1", b"9" * 400, b"9" * 5000),
    *(b"{}", b"[]", b'""', b'"\\ud800"', b'{"$lines": 1}', b'{"$$lines": []}', b'"version": 7'),
    *(b"[" * 60, b"[" * 5000, b'{"a":' * 60, b"<<<<<<< ours\n", "\u00e9\u2028".encode()),
]


def example() -> bytes:
    """A file that has everything a file can have."""
    ids = [f"{number:08x}" for number in range(4)]
    values = [1, 2.5, True, "text", "two\nlines", ["SPY", "QQQ"], {"$lines": 3}, None]
    nodes = {
        key: Node(
            key,
            "indicators.sma",
            number + 1,
            f"Average {number}",
            {"window": values[number], "other": values[number + 4]},
            (number * 100.0, 0.5),
            {"seen": True, "colour": {"name": "teal"}},
            "00000010" if number else "00000011",
            MODES[number % 3],
        )
        for number, key in enumerate(ids)
    }
    wires = [Wire(ids[number], "values", number, ids[0], "value") for number in range(3)]
    wires.append(Wire(ids[3], "values", 0, "ffffffff", "value", {"bend": [1, 2]}))
    graph = Graph(nodes, frozenset(wires), "Größer", {"authors": [{"of": ids}]})
    outer = Group("00000010", "Outer", (1.0, 2.0))
    inner = Group("00000011", "Inner", (1.0, 2.5), outer.id, {"folded": True})
    frame = Note("00000020", "frame", "Signals", (0.0, 0.0), (90.0, 80.5), "blue", inner.id)
    graph = graph.with_items([outer, inner, frame, Note("00000021", text="two\nlines")])
    return graph_to_text(graph).encode()


VALUES = [None, True, 0, -1, 7, 1.5, 1e300, "", "00000002", "text", [], {}, [[]], {"id": 1}]


def mutated(content: bytes, chance: random.Random) -> bytes:
    """`content` with one or more mistakes, half of the time ones that leave it JSON."""
    if chance.random() < 0.5:
        data = json.loads(content)
        for _ in range(chance.randint(1, 3)):
            _change_a_value(data, chance)
        return json.dumps(data, indent=chance.choice([None, 1])).encode()
    return _with_other_bytes(content, chance)


def _change_a_value(data: Any, chance: random.Random) -> None:
    """One value of the document becomes another one, or goes, or a key gets another name."""
    while True:
        key = chance.choice(list(data) if isinstance(data, dict) else range(len(data)))
        if not isinstance(data[key], dict | list) or not data[key] or chance.random() < 0.2:
            break
        data = data[key]
    gone = data.pop(key)
    if isinstance(data, dict):
        for name in chance.choice([[key], [key], [], [key + "s"], ["id", "new", "title"]]):
            data[name] = deepcopy(chance.choice([*VALUES, gone, [gone], {"a": gone}]))
    else:
        data[key:key] = deepcopy(chance.choice([[], [gone, gone], [chance.choice(VALUES)]]))


def _with_other_bytes(content: bytes, chance: random.Random) -> bytes:
    """`content` with one to four mistakes, as bad disks, editors and merges make them."""
    for _ in range(chance.randint(1, 4)):
        start, end = sorted(chance.choices(range(len(content) + 1), k=2))
        end = min(end, start + chance.choice([1, 3, 40, 400]))
        part = content[start:end]
        content = chance.choice(
            [
                content[:start],
                content[:start] + content[end:],
                content[:start] + part + part + content[end:],
                content[:start] + chance.choice(WORDS) + content[start:],
                content[:start] + chance.choice(WORDS) + content[end:],
                content[:start] + chance.randbytes(len(part)) + content[end:],
                content[end:] + content[:end],
                _with_other_word(content, chance),
                _with_other_word(content, chance),
            ]
        )
    return content


def _with_other_word(content: bytes, chance: random.Random) -> bytes:
    """A key or a value replaced by something else, so that the file mostly remains JSON."""
    words = content.split(b'"')
    words[chance.randrange(len(words))] = chance.choice([*words, *WORDS])
    return b'"'.join(words)


def run(rounds: int, seed: int) -> Counter[str]:
    """How many files could be read, and how many were refused. Anything else raises."""
    chance, original, found = random.Random(seed), example(), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.alphintra"
        for _ in range(rounds):
            content = mutated(original, chance)
            path.write_bytes(content)
            try:
                found[_verdict(path)] += 1
            except Exception as failure:
                raise AssertionError(f"seed {seed}: {content!r}") from failure
    return found


def _verdict(path: Path) -> str:
    try:
        graph = read_graph(path)
    except AlphintraError as error:
        _check_clarity(error, path)
        return "refused"
    text = graph_to_text(graph)
    assert graph_to_text(graph_from_text(text, "again")) == text
    return "read"


def _check_clarity(error: AlphintraError, path: Path) -> None:
    """One sentence about the file that can be printed, and one on what to do."""
    message = error.message.removeprefix(str(path))
    assert message != error.message, message
    assert re.fullmatch(r"[^\n]{5,200}\.", message), message
    assert re.fullmatch(r"[^\n]{10,200}\.", error.hint), error.hint
    message.encode()


if __name__ == "__main__":
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    result = run(how_many, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    sys.stdout.write(f"{how_many} files: {result['read']} read, {result['refused']} refused\n")
