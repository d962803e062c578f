"""The rulebooks that are shipped."""

import importlib

from invariants.kernel.claims import Rulebook

SHIPPED = (
    "invariants.plasma.mvp.rulebook:PLASMA",
    "invariants.channels.multiparty.rulebook:MULTIPARTY",
    "invariants.channels.application.rulebook:APPLICATION",
    "invariants.channels.payment.rulebook:PAYMENT",
    "invariants.channels.conditional.rulebook:CONDITIONAL",
    "invariants.channels.watchtower.rulebook:WATCHTOWER",
)


def shipped() -> list[Rulebook]:
    """All of them."""
    return [_loaded(place) for place in SHIPPED]


def shipped_named(name: str) -> Rulebook | None:
    """The one of that protocol, where others need not be loaded to find it; None where it is none
    of them."""
    for place in SHIPPED:
        if place.split(".")[-2] in name.split("-"):
            book = _loaded(place)
            if book.protocol.name == name:
                return book
    return None


def is_shipped(book: Rulebook) -> bool:
    """Is it one of ours, and not one that somebody has named?"""
    return any(_loaded(place) is book for place in SHIPPED)


def _loaded(place: str) -> Rulebook:
    module, _, attribute = place.partition(":")
    book: Rulebook = getattr(importlib.import_module(module), attribute)
    return book
