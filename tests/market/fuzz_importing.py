"""Mutated files: each is imported or refused with a sentence, and the library stays whole.

Run many with `python -m tests.market.fuzz_importing 10000`.
"""

from __future__ import annotations

import gzip
import io
import os
import random
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.library import library
from alphintra_desktop.market.store import list_series
from alphintra_desktop.report import Report
from tests.market.bar_files import HEADER
from tests.market.library_checks import assert_library_is_whole

Mutation = Callable[[random.Random, bytes], bytes]


def _prices(number: int) -> str:
    low, high = 90 + number % 7, 110 + number % 5
    return f"{100 + number % 3},{high}.25,{low}.5,{101 + number % 4},{number * 37 % 9000}"


def _daily(rows: int = 40) -> list[str]:
    days = pd.bdate_range("2019-12-02", periods=rows)
    return [f"{day:%Y-%m-%d},{_prices(number)}" for number, day in enumerate(days)]


def _bases() -> dict[str, bytes]:
    """Sound files of every shape that the importer reads."""
    daily = _daily()
    hours = pd.date_range("2021-03-01", periods=40, freq="h")
    adjusted = [f"{row},{(101 + n % 4) * (0.5 if n < 20 else 1)}" for n, row in enumerate(daily)]
    texts = {
        "plain.csv": [HEADER, *daily],
        "adjusted.csv": [HEADER + ",adj_close", *adjusted],
        "events.csv": [HEADER + ",split,dividend", *(f"{row},1,0.1" for row in daily)],
        "many.csv": [HEADER + ",symbol", *(f"{row},{name}" for row in daily for name in "ABC")],
        "epochs.csv": [
            HEADER,
            *(f"{hour.value // 10**9},{_prices(n)}" for n, hour in enumerate(hours)),
        ],
        "zoned.csv": [
            HEADER,
            *(f"{hour.isoformat()}Z,{_prices(n)}" for n, hour in enumerate(hours)),
        ],
        "quoted.csv": [HEADER, *('"' + row.replace(",", '","') + '"' for row in daily)],
        "two_times.txt": [
            "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<VOL>",
            *(
                f"{hour:%Y.%m.%d}\t{hour:%H:%M:%S}\t" + _prices(n).replace(",", "\t")
                for n, hour in enumerate(hours)
            ),
        ],
        "semicolons.csv": [line.replace(",", ";") for line in (HEADER, *daily)],
    }
    texts |= _vendor_texts(hours, daily)
    files = {name: "\r\n".join([*lines, ""]).encode() for name, lines in texts.items()}
    for name, encoding in (("german.csv", "latin-1"), ("wide.csv", "utf-16")):
        files[name] = files[name].decode().encode(encoding)
    files["packed.csv.gz"] = gzip.compress(files["plain.csv"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("A.csv", files["plain.csv"])
        archive.writestr("B.csv", files["german.csv"])
    files["both.zip"] = packed.getvalue()
    frame = pd.read_csv(io.BytesIO(files["plain.csv"]), parse_dates=["date"])
    parquet = io.BytesIO()
    frame.to_parquet(parquet)
    files["bars.parquet"] = parquet.getvalue()
    return files


def _vendor_texts(hours: pd.DatetimeIndex, daily: list[str]) -> dict[str, list[str]]:
    """Shapes of vendors, without headers, of other countries and of local clocks."""
    german = [
        "{2}.{1}.{0};".format(*row[:10].split("-")) + row[11:].replace(",", ";").replace(".", ",")
        for row in daily
    ]
    autumn = pd.date_range("2018-10-27 12:00", periods=40, freq="h", tz="UTC")
    local = [hour.strftime("%Y-%m-%d %H:%M") for hour in autumn.tz_convert("Europe/Berlin")]
    return {
        "mt4.csv": [f"{hour:%Y.%m.%d,%H:%M},{_prices(n)}" for n, hour in enumerate(hours)],
        "binance.csv": [
            f"{hour.value // 10**6},{_prices(n)},{hour.value // 10**6 + 59_999},1.5,7,0.5,0.25,0"
            for n, hour in enumerate(hours)
        ],
        "ninja.txt": [
            f"{hour:%Y%m%d %H%M%S};" + _prices(n).replace(",", ";") for n, hour in enumerate(hours)
        ],
        "german.csv": ["Datum;Erster;Hoch;Tief;Schlusskurs;Stücke", *german],
        "wide.csv": [HEADER, *daily],
        "berlin.csv": [HEADER, *(f"{hour},{_prices(n)}" for n, hour in enumerate(local))],
        "footer.csv": ["sep=,", "# made by us", "", HEADER, *daily, "", "Downloaded from us"],
    }


BASES = _bases()


def _flip(dice: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8))):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _delete(dice: random.Random, data: bytes) -> bytes:
    start = dice.randrange(len(data))
    return data[:start] + data[start + dice.choice((1, 2, 7, 60)) :]


def _double(dice: random.Random, data: bytes) -> bytes:
    start = dice.randrange(len(data))
    stop = start + dice.choice((1, 3, 40, 400))
    return data[:stop] + data[start:]


def _cut(dice: random.Random, data: bytes) -> bytes:
    return data[: dice.randrange(len(data))]


def _insert(dice: random.Random, data: bytes) -> bytes:
    pieces = (
        *(
            b"\0",
            b"\0" * 40,
            b'"',
            b",",
            b"\n",
            b"\r",
            b"\xff",
            b"\xef\xbb\xbf",
            b"nan",
            b"-",
            b"inf",
        ),
        *(
            b"1e400",
            b"9" * 400,
            b",,,,,,,,,,,",
            b"\n\n\n",
            b"'; DROP TABLE versions; --",
            b"\x1f\x8b",
        ),
    )
    start = dice.randrange(len(data))
    return data[:start] + dice.choice(pieces) + data[start:]


def _swap_columns(dice: random.Random, data: bytes) -> bytes:
    lines = [line.split(b",") for line in data.split(b"\r\n")]
    one, two = dice.randrange(len(lines[0])), dice.randrange(len(lines[0]))
    skipped = dice.choice((0, 1))
    for cells in lines[skipped:]:
        if max(one, two) < len(cells):
            cells[one], cells[two] = cells[two], cells[one]
    return b"\r\n".join(b",".join(cells) for cells in lines)


def _swap_lines(dice: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\r\n")
    dice.shuffle(lines) if dice.random() < 0.3 else lines.insert(1, dice.choice(lines))
    return b"\r\n".join(lines)


def _replace_a_cell(dice: random.Random, data: bytes) -> bytes:
    cells = data.replace(b"\r\n", b"\n,").split(b",")
    cells[dice.randrange(len(cells))] = dice.choice((b"", b"0", b"-5", b"x", b"1e9", b"2020-01-01"))
    return b",".join(cells).replace(b"\n,", b"\r\n")


MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _delete, _double, _cut, _insert, _swap_columns, _swap_lines, _replace_a_cell),
)


def mutated(seed: int) -> tuple[str, bytes]:
    """A file name and its content after one to three mutations. Packed text is mutated inside
    in every second case."""
    dice = random.Random(seed)
    name = dice.choice(list(BASES))
    data = BASES[name]
    inside = name.endswith(".gz") and dice.random() < 0.5
    if inside:
        data = gzip.decompress(data)
    for _ in range(dice.randint(1, 3)):
        data = dice.choice(MUTATIONS)(dice, data) if data else data
    return name, gzip.compress(data) if inside else data


def outcome_of(seed: int, folder: Path) -> str:
    """Import one mutated file: `imported` or `refused`. Anything else raises."""
    name, data = mutated(seed)
    path = folder / name
    path.write_bytes(data)
    before = list_series()
    try:
        bad_rows = "drop" if seed % 4 == 0 else "refuse"
        import_file(path, "fuzzed", bad_rows=bad_rows, report=Report())
    except AlphintraError as error:
        _assert_well_said(error)
        assert list_series() == before
        return "refused"
    finally:
        staged = [path.name for path in library().bars.glob(".*")] if before else []
        assert staged == []
    return "imported"


def _assert_well_said(error: AlphintraError) -> None:
    assert error.message
    assert "\n" not in error.message
    assert len(error.message) < 600
    assert error.hint


def outcomes(seeds: range, folder: Path, check_every: int) -> Counter[str]:
    """How many were imported and refused, with the library checked now and then."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        try:
            outcome = outcome_of(seed, folder)
        except Exception:
            sys.stderr.write(f"seed {seed} broke the importer: {mutated(seed)!r}\n")
            raise
        counts[outcome] += 1
        if seed % check_every == 0:
            assert_library_is_whole()
    assert_library_is_whole()
    return counts


def main(count: int) -> None:
    """Fuzz in a library of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ALPHINTRA_HOME"] = str(Path(folder) / "home")
        counts = outcomes(range(count), Path(folder), check_every=500)
    sys.stdout.write(f"{count} mutated files: {dict(counts)}, library whole\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
