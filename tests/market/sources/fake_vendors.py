"""Every vendor as its documentation says it answers, over the bars of `truth`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from alphintra_desktop.market.sources.source import BarSource
from alphintra_desktop.market.sources.vendors import source_called
from tests.market.sources import truth
from tests.market.sources.truth import NEW_YORK, Bar
from tests.market.sources.vendor_server import Asked, Given

KEY = "canary-5f2c/9+key"


@dataclass
class Fake:
    """A vendor's behaviour. `throttled` and `refused` are its own ways of saying so."""

    name: str
    symbol: str
    daily: list[Bar]
    hourly: list[Bar]
    answer_of: Callable[[Fake, Asked], Given]
    refused: Given
    unknown: Given
    throttled: Given | None = None
    throttled_today: Given | None = None
    has_events: bool = False
    knows_symbol: bool = False
    called: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def source(self) -> BarSource:
        return source_called(self.name)

    @property
    def key(self) -> str:
        return KEY if self.source.vendor.key else ""

    def answer(self, asked: Asked) -> Given:
        use = self.source.vendor.key
        if use and use.place == "query" and asked.params.get(use.name) != KEY:
            return self.refused
        if use and use.place == "header" and asked.headers.get(use.name) != use.prefix + KEY:
            return self.refused
        return self.answer_of(self, asked)

    def bars(self, *, daily: bool) -> list[Bar]:
        return self.daily if daily else self.hourly


def as_json(value: object, status: int = 200) -> Given:
    return Given(json.dumps(value), status, {"Content-Type": "application/json"})


def _within(bars: list[Bar], first: float, last: float) -> list[Bar]:
    return [b for b in bars if first <= b.epoch <= last]


def _iso(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


# ---------------------------------------------------------------- exchanges of coins


def _binance(fake: Fake, asked: Asked) -> Given:
    if asked.params["symbol"] != fake.symbol:
        return fake.unknown
    bars = fake.bars(daily=asked.params["interval"] == "1d")
    first, last = int(asked.params["startTime"]) / 1000, int(asked.params["endTime"]) / 1000
    rows = [
        [
            b.epoch * 1000,
            *map(str, (b.open, b.high, b.low, b.close, b.volume)),
            0,
            "0",
            1,
            "",
            "",
            "",
        ]
        for b in _within(bars, first, last)[: int(asked.params["limit"])]
    ]
    return as_json(rows)


def _coinbase(fake: Fake, asked: Asked) -> Given:
    if asked.path != f"/products/{fake.symbol}/candles":
        return fake.unknown
    step = int(asked.params["granularity"])
    first, last = _iso(asked.params["start"]), _iso(asked.params["end"])
    if (last - first) / step > 300:
        text = "granularity too small for the requested time range. Count of aggregations requested"
        return as_json({"message": text}, 400)
    rows = [
        [b.epoch, b.low, b.high, b.open, b.close, b.volume]
        for b in _within(fake.bars(daily=step == 86400), first, last)
    ]
    return as_json(rows[::-1])


def _kraken(fake: Fake, asked: Asked) -> Given:
    if asked.params["pair"] != fake.symbol:
        return fake.unknown
    bars = fake.bars(daily=asked.params["interval"] == "1440")[-720:]
    after = [b for b in bars if b.epoch > int(asked.params["since"])]
    rows = [
        [b.epoch, *map(str, (b.open, b.high, b.low, b.close)), "0", str(b.volume), 3] for b in after
    ]
    last = after[-1].epoch if after else int(asked.params["since"])
    return as_json({"error": [], "result": {"XXBTZUSD": rows, "last": last}})


# ---------------------------------------------------------------- shares


def _yahoo(fake: Fake, asked: Asked) -> Given:
    if asked.path != f"/v8/finance/chart/{fake.symbol}":
        return fake.unknown
    daily = asked.params["interval"] == "1d"
    first, last = float(asked.params["period1"]), float(asked.params["period2"])
    moments = [(_session(b) if daily else b.epoch, b) for b in fake.bars(daily=daily)]
    inside = [(at, b) for at, b in moments if first <= at < last]
    quote = {
        name: [_divided(b, name) for _, b in inside]
        for name in ("open", "high", "low", "close", "volume")
    }
    chart: dict[str, Any] = {
        "meta": {
            "symbol": fake.called or fake.symbol,
            "gmtoffset": -18000,
            "exchangeTimezoneName": "America/New_York",
        },
        "indicators": {"quote": [quote]},
    }
    if inside:
        chart["timestamp"] = [at for at, _ in inside]
    if fake.has_events and daily:
        chart["events"] = _yahoo_events(fake, first, last)
    return as_json({"chart": {"result": [chart], "error": None}})


def _session(b: Bar) -> int:
    opening = datetime(b.at.year, b.at.month, b.at.day, 9, 30, tzinfo=NEW_YORK)
    return int(opening.timestamp())


def _divided(b: Bar, name: str) -> float:
    value = getattr(b, name)
    if b.day >= truth.SPLIT_DAY:
        return float(value)
    return float(value * truth.SPLIT if name == "volume" else value / truth.SPLIT)


def _yahoo_events(fake: Fake, first: float, last: float) -> dict[str, Any]:
    at = {b.day: _session(b) for b in fake.daily}
    split, paid = at.get(truth.SPLIT_DAY, 0), at.get(truth.DIVIDEND_DAY, 0)
    events: dict[str, Any] = {}
    if first <= split < last:
        events["splits"] = {
            str(split): {"date": split, "numerator": 2.0, "denominator": 1.0, "splitRatio": "2:1"}
        }
    if first <= paid < last:
        cash = truth.DIVIDEND / truth.SPLIT
        events["dividends"] = {str(paid): {"date": paid, "amount": cash}}
    return events


def _stooq(fake: Fake, asked: Asked) -> Given:
    if asked.params["s"] != fake.symbol:
        return fake.unknown
    lines = ["Date,Open,High,Low,Close,Volume"]
    lines += [
        f"{b.day},{b.open},{b.high},{b.low},{b.close},{b.volume:.0f}"
        for b in fake.daily
        if asked.params["d1"] <= b.day.replace("-", "") <= asked.params["d2"]
    ]
    return Given("\r\n".join(lines) if len(lines) > 1 else "No data")


def _alpha_vantage(fake: Fake, asked: Asked) -> Given:
    if asked.params["symbol"] != fake.symbol:
        return fake.unknown
    match asked.params["function"]:
        case "SPLITS":
            rows = [{"effective_date": truth.SPLIT_DAY, "split_factor": "2.0000"}]
            return as_json({"symbol": fake.symbol, "data": rows if fake.daily else []})
        case "DIVIDENDS":
            row = {"ex_dividend_date": truth.DIVIDEND_DAY, "declaration_date": "None"}
            rows = [{**row, "amount": str(truth.DIVIDEND)}]
            return as_json({"symbol": fake.symbol, "data": rows if fake.daily else []})
        case "TIME_SERIES_DAILY":
            return as_json(_by_time(fake, "Daily", {b.day: b for b in fake.daily}))
        case _:
            month = asked.params["month"]
            local = {
                b.at.astimezone(NEW_YORK).strftime("%Y-%m-%d %H:%M:%S"): b for b in fake.hourly
            }
            inside = {at: b for at, b in local.items() if at.startswith(month)}
            return as_json(_by_time(fake, "60min", inside))


def _by_time(fake: Fake, what: str, bars: dict[str, Bar]) -> dict[str, Any]:
    names = ("1. open", "2. high", "3. low", "4. close", "5. volume")
    rows = {
        at: dict(zip(names, map(str, (b.open, b.high, b.low, b.close, b.volume)), strict=True))
        for at, b in reversed(bars.items())
    }
    facts = {"2. Symbol": fake.called or fake.symbol, "5. Time Zone": "US/Eastern"}
    if what != "Daily":
        facts = {"2. Symbol": fake.called or fake.symbol, "6. Time Zone": "US/Eastern"}
    return {"Meta Data": facts, f"Time Series ({what})": rows}


def _polygon(fake: Fake, asked: Asked) -> Given:
    if asked.path.startswith("/v3/reference/"):
        return as_json({"status": "OK", "results": _polygon_events(fake, asked)})
    if not asked.path.startswith(f"/v2/aggs/ticker/{fake.symbol}/"):
        return as_json({"ticker": "X", "queryCount": 0, "resultsCount": 0, "status": "OK"})
    unit, first, last = asked.path.split("/")[-3:]
    daily = unit == "day"
    bars = [
        (at, b)
        for b in fake.bars(daily=daily)
        if _edge(first, daily) <= (at := _polygon_time(b, daily)) <= _edge(last, daily) + 86399e3
    ]
    start = int(asked.params.get("cursor", "0"))
    rows = [
        {"t": at, "o": b.open, "h": b.high, "l": b.low, "c": b.close, "v": b.volume, "vw": 1}
        for at, b in bars[start : start + 5]
    ]
    answer: dict[str, Any] = {"ticker": fake.called or fake.symbol, "status": "OK"}
    if rows:
        answer["results"] = rows
    if start + 5 < len(bars):
        answer["next_url"] = f"https://elsewhere.example{asked.path}?cursor={start + 5}&apiKey=old"
    return as_json(answer)


def _edge(text: str, daily: bool) -> float:
    return _iso(f"{text}T00:00:00") * 1000 if daily else float(text) - 86399e3 * 0


def _polygon_time(b: Bar, daily: bool) -> int:
    if not daily:
        return b.epoch * 1000
    midnight = datetime(b.at.year, b.at.month, b.at.day, tzinfo=NEW_YORK)
    return int(midnight.timestamp() * 1000)


def _polygon_events(fake: Fake, asked: Asked) -> list[dict[str, Any]]:
    if not fake.daily or asked.params["ticker"] != fake.symbol:
        return []
    if asked.path.endswith("splits"):
        return [{"execution_date": truth.SPLIT_DAY, "split_from": 1, "split_to": 2}]
    return [{"ex_dividend_date": truth.DIVIDEND_DAY, "cash_amount": truth.DIVIDEND}]


def _tiingo(fake: Fake, asked: Asked) -> Given:
    daily = asked.path == f"/tiingo/daily/{fake.symbol}/prices"
    if not daily and asked.path != f"/iex/{fake.symbol}/prices":
        return fake.unknown
    first, last = asked.params["startDate"], asked.params["endDate"]
    rows = [
        {
            "date": b.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            **{"open": b.open, "high": b.high, "low": b.low, "close": b.close, "volume": b.volume},
            "adjClose": 1.0,
            "divCash": truth.DIVIDEND if daily and b.day == truth.DIVIDEND_DAY else 0.0,
            "splitFactor": truth.SPLIT if daily and b.day == truth.SPLIT_DAY else 1.0,
        }
        for b in fake.bars(daily=daily)
        if first <= b.day <= last
    ]
    return as_json(rows)


HTML = Given("<!DOCTYPE html><html><body>Please log in</body></html>", 200)
_NOTE = (
    "We have detected your API key as "
    f"{KEY} and our standard API rate limit is 1 request per second. Please spread out your calls."
)
_TODAY = (
    f"We have detected your API key as {KEY} and our standard API rate limit is 25 requests per"
    " day. Please subscribe to any of the premium plans to instantly remove all daily rate limits."
)


def fakes() -> list[Fake]:
    """All of them, new for every test."""
    coins = {"daily": truth.coin_days(), "hourly": truth.coin_hours()}
    shares = {"daily": truth.share_days(), "hourly": truth.share_hours(), "has_events": True}
    return [
        Fake(
            "binance",
            "BTCUSDT",
            answer_of=_binance,
            throttled=as_json({"code": -1003, "msg": "Too many requests."}, 400),
            refused=as_json(
                {"code": 0, "msg": "Service unavailable from a restricted location"}, 403
            ),
            unknown=as_json({"code": -1121, "msg": "Invalid symbol."}, 400),
            **coins,
        ),
        Fake(
            "coinbase",
            "BTC-USD",
            answer_of=_coinbase,
            throttled=as_json({"message": "Public rate limit exceeded"}, 429),
            refused=as_json({"message": "Forbidden"}, 403),
            unknown=as_json({"message": "NotFound"}, 404),
            **coins,
        ),
        Fake(
            "kraken",
            "XBTUSD",
            answer_of=_kraken,
            throttled=as_json({"error": ["EGeneral:Too many requests"]}),
            refused=as_json({"error": ["EGeneral:Permission denied"]}, 403),
            unknown=as_json({"error": ["EQuery:Unknown asset pair"]}),
            daily=truth.coin_days(),
            hourly=truth.coin_hours(500),
        ),
        Fake(
            "yahoo",
            "AAPL",
            answer_of=_yahoo,
            throttled=Given("Edge: Too Many Requests", 429),
            refused=Given("<html>forbidden</html>", 403),
            unknown=as_json(
                {
                    "chart": {
                        "result": None,
                        "error": {
                            "code": "Not Found",
                            "description": "No data found, symbol may be delisted",
                        },
                    }
                },
                404,
            ),
            knows_symbol=True,
            **shares,
        ),
        Fake(
            "stooq",
            "aapl.us",
            answer_of=_stooq,
            throttled_today=Given("Exceeded the daily hits limit"),
            refused=Given("Forbidden", 403),
            unknown=Given("No data"),
            daily=truth.share_days(),
            hourly=[],
        ),
        Fake(
            "alphavantage",
            "IBM",
            answer_of=_alpha_vantage,
            throttled=as_json({"Information": _NOTE}),
            throttled_today=as_json({"Information": _TODAY}),
            refused=as_json({"Error Message": "the parameter apikey is invalid or missing."}),
            unknown=as_json({"Error Message": "Invalid API call. Please retry or visit the docs."}),
            knows_symbol=True,
            **shares,
        ),
        Fake(
            "polygon",
            "AAPL",
            answer_of=_polygon,
            throttled=as_json({"status": "ERROR", "error": "maximum requests per minute"}, 429),
            refused=as_json({"status": "ERROR", "error": f"Unknown API Key {KEY}"}, 401),
            unknown=as_json({"status": "OK", "resultsCount": 0}),
            knows_symbol=True,
            **shares,
        ),
        Fake(
            "tiingo",
            "AAPL",
            answer_of=_tiingo,
            throttled=as_json(
                {"detail": "Error: You have run over your hourly request allocation."}
            ),
            refused=as_json({"detail": f"Invalid token {KEY}."}, 401),
            unknown=as_json({"detail": "Not found."}, 404),
            **shares,
        ),
    ]


def fake(name: str) -> Fake:
    return next(f for f in fakes() if f.name == name)


NAMES = [f.name for f in fakes()]
WITH_KEY = [f.name for f in fakes() if f.key]
TELLING_NAMES = [f.name for f in fakes() if f.knows_symbol]
THROTTLED_FOR_A_MOMENT = [f.name for f in fakes() if f.throttled]
THROTTLED_FOR_A_DAY = [f.name for f in fakes() if f.throttled_today]
WITH_HOURS = [f.name for f in fakes() if f.hourly]
ONE_HOUR = timedelta(hours=1)
