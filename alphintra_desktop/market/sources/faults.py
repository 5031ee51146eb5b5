"""What can go wrong with a vendor: what is worth another try, and what a user has to mend."""

from __future__ import annotations

from alphintra_desktop.errors import AlphintraError


class Passing(Exception):
    """Something that may be over in a moment. `said` goes on from the vendor's name."""

    tries = 5

    def __init__(self, said: str, hint: str = "") -> None:
        super().__init__(said)
        self.said = said
        self.hint = hint or "Try again later; what was loaded so far is kept for then."


class Throttled(Passing):
    """The vendor wants us to wait, for `wait_s` seconds if it said so."""

    tries = 8

    def __init__(self, said: str, wait_s: float | None = None, hint: str = "") -> None:
        super().__init__(said, hint)
        self.wait_s = wait_s


class Unreachable(Passing):
    """There is no way to the vendor: no network, or nobody listens there."""

    tries = 3

    def __init__(self, said: str = "cannot be reached") -> None:
        super().__init__(
            said,
            "Check the network. All bars in the library can be used without it; only fetching and"
            " updating wait.",
        )


class Unreadable(Passing):
    """The answer is not what the vendor documents: a page for people, half a document."""

    tries = 2

    def __init__(self, said: str = "gave an answer that cannot be read") -> None:
        super().__init__(
            said,
            "A login page of the network in use may have answered in its place, or the vendor has"
            " changed its format. Nothing was stored.",
        )


class Refused(AlphintraError):
    """The vendor will not give this, however often it is asked."""


class UnknownSymbol(Refused):
    """The vendor does not know the symbol."""


class BadKey(Refused):
    """The vendor does not take the key."""


def unknown_symbol(title: str, symbol: str, example: str) -> UnknownSymbol:
    """The vendor has nothing under that name."""
    return UnknownSymbol(
        f"{title} knows no symbol {symbol[:40]!r}.",
        hint=f"Check how {title} spells it, such as {example}. A renamed or delisted symbol is"
        " found under its new name, if at all.",
    )


def nothing_there(title: str, symbol: str, example: str) -> UnknownSymbol:
    """The vendor gives nothing, which may be for either reason."""
    return UnknownSymbol(
        f"{title} has nothing of {symbol[:40]!r} in that period, or does not know it.",
        hint=f"Choose another period, or check how {title} spells it, such as {example}.",
    )


def bad_key(title: str, name: str, said: str = "") -> BadKey:
    """The vendor does not take the key, or not for this."""
    return BadKey(
        f"{title} does not take the key" + (f": {said}{ending(said)}" if said else "."),
        hint=f"Set the right one with `alphintra data key {name}`; some data needs a paid plan.",
    )


def refused(title: str, said: str, hint: str) -> Refused:
    """The vendor will not, and says why."""
    return Refused(f"{title} refuses: {said}{ending(said)}", hint=hint)


def ending(said: str) -> str:
    """The full stop that a quoted sentence lacks."""
    return "" if not said or said[-1] in ".!?" else "."
