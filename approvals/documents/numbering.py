"""The numbers Word shows before paragraphs: «Article 3 –», «3.2», «(b)», «Annex II –».

Word keeps them as rules, not as text. They are worked out here so that a person reads «Article 12, 12.3» where a
document speaks of it, and so that a gap in the numbering would be noticed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class _Level:
    format: str
    text: str
    start: int


class Numbering:
    """Counts paragraphs as Word does. One instance reads one document, from its beginning to its end."""

    def __init__(
        self, root: etree._Element | None, number_of_style: Callable[[str], tuple[str | None, str | None]]
    ) -> None:
        self._number_of_style = number_of_style
        self._list_of: dict[str, str] = {}
        self._levels: dict[tuple[str, int], _Level] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        if root is not None:
            self._read(root)

    def _read(self, root: etree._Element) -> None:
        for number in root.findall(f"{W}num"):
            self._list_of[number.get(f"{W}numId", "")] = _value(number, "abstractNumId") or ""
        for abstract in root.findall(f"{W}abstractNum"):
            for level in abstract.findall(f"{W}lvl"):
                key = (abstract.get(f"{W}abstractNumId", ""), int(level.get(f"{W}ilvl", "0")))
                self._levels[key] = _Level(
                    format=_value(level, "numFmt") or "decimal",
                    text=_value(level, "lvlText") or "",
                    start=int(_value(level, "start") or 1),
                )

    def next_label(self, paragraph: etree._Element, style_id: str) -> str:
        """Return the number shown before `paragraph`, and count it; empty if it has none."""
        from_style = self._number_of_style(style_id)
        number = _value(paragraph, "pPr/numPr/numId") or from_style[0]
        level = int(_value(paragraph, "pPr/numPr/ilvl") or from_style[1] or 0)
        name = self._list_of.get(number or "", "")
        if (name, level) not in self._levels:
            return ""
        counts = self._counts[name]
        counts[level] = counts.get(level, self._levels[name, level].start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        return re.sub(r"%(\d)", lambda found: self._shown(name, int(found[1]) - 1), self._levels[name, level].text)

    def _shown(self, name: str, level: int) -> str:
        rule = self._levels.get((name, level))
        if rule is None:
            return ""
        return _FORMATS.get(rule.format, str)(self._counts[name].get(level, rule.start))


def _value(element: etree._Element, path: str) -> str | None:
    found = element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return None if found is None else found.get(f"{W}val")


_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


def _letter(number: int) -> str:
    """Return a, b, … z, aa, bb, … as Word continues."""
    repeats, place = divmod(number - 1, 26)
    return chr(ord("a") + place) * (repeats + 1)


_FORMATS: dict[str, Callable[[int], str]] = {
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerLetter": _letter,
    "bullet": lambda number: "•",
    "none": lambda number: "",
}
