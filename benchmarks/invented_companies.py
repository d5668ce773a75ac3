"""Company names that nobody bears, built as such names are built: a word of fancy or two plain ones, a trade, perhaps
a place, perhaps a legal form. Plain words, trades and places are meant to be those that listed companies bear too.
"""

from __future__ import annotations

import random

SEED = 7

_FANCY = (
    "Nordvik Kalmera Silvana Tavoros Brightwell Oakhaven Meridian Zelkova Harrowgate Pinecrest Lumivaara Castellan "
    "Verdanta Solaris Northgate Riverbend Altamira Bluestone Quantela Evergreen Hawthorne Montclair Fjordland "
    "Amberlyn Crestview Danubia Savanna Pacifica Kestrel Aldermoor"
)
_PLAIN = (
    "Green Blue Golden First United Global Eastern Western Royal Modern Future Bright New Central Prime Star Sun "
    "Ocean River Mountain"
)
_TRADES = (
    "Textiles Trading Foods Consulting Energy Logistics Shipping Construction Engineering Technologies "
    "Pharmaceuticals Agro Mining Investments Media Education Health Motors Steel Chemicals Water Systems Travel "
    "Furniture Electronics Insurance Bank Foundation Institute University"
)
_PLACES = "International Africa Asia Vietnam Kenya Peru Egypt Turkey India Brazil Europe Jordan"
_FORMS = ("Ltd", "LLC", "GmbH", "S.A.", "AG", "Inc.", "PLC", "S.r.l.", "B.V.", "Co., Ltd.", "Pvt. Ltd.", "JSC", "OOO")


def invented_companies(count: int) -> list[str]:
    """Return `count` names, the same in every run; a name may come twice."""
    chance = random.Random(SEED)

    def one_of(words: str) -> str:
        return chance.choice(words.split())

    def name() -> str:
        first = one_of(_FANCY) if chance.random() < 0.6 else f"{one_of(_PLAIN)} {one_of(_PLAIN)}"
        trade = f"{one_of(_TRADES)} and {one_of(_TRADES)}" if chance.random() < 0.2 else one_of(_TRADES)
        place = one_of(_PLACES) if chance.random() < 0.8 else ""
        form = chance.choice(_FORMS) if chance.random() < 0.9 else ""
        return " ".join(filter(None, (first, trade, place, form)))

    return [name() for _ in range(count)]
