"""Which paragraph of the returned text belongs to which paragraph of the sent one, clause by clause.

Paragraphs and table rows are the units; numbers before them, formatting and spaces do not count. A clause moved
elsewhere appears as one removed and one added.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from approvals.documents.read import Block, WordText

BEFORE_FIRST_CLAUSE = "Title and parties"
NAMED_PLACES = {"header": "Header", "footer": "Footer", "note": "Notes"}


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A paragraph or row in the clause it belongs to."""

    block: Block
    headings: tuple[str, ...]  #: of its clause and of the section of the clause, without numbers
    clause: str  #: the same for people, with the number of the clause
    text: str  #: what is compared

    @property
    def key(self) -> tuple[bool, str]:
        """What two units that say the same share: the text, and whether it stands in the body."""
        # A sentence moved from the body to the footer is a change.
        return self.block.place in NAMED_PLACES, self.text


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A paragraph or row with what became of it; never both sides are empty."""

    sent: Unit | None
    returned: Unit | None

    @property
    def is_equal(self) -> bool:
        """It says the same on both sides."""
        return self.sent is not None and self.returned is not None and self.sent.key == self.returned.key

    @property
    def unit(self) -> Unit:
        """The sent side, or the returned one of what was added."""
        found = self.sent or self.returned
        assert found is not None
        return found

    @property
    def old(self) -> str:
        """What was compared of the sent side, empty for what was added."""
        return self.sent.text if self.sent else ""

    @property
    def new(self) -> str:
        """What was compared of the returned side, empty for what was removed."""
        return self.returned.text if self.returned else ""


def aligned(sent: WordText, returned: WordText) -> Iterator[Pair]:
    """Yield every paragraph and row of both texts in reading order, each with its counterpart if it has one."""
    before, after = _units(sent), _units(returned)
    matcher = SequenceMatcher(None, [unit.key for unit in before], [unit.key for unit in after], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            for left, right in zip(before[i1:i2], after[j1:j2], strict=True):
                yield Pair(sent=left, returned=right)
        else:
            yield from _paired(before[i1:i2], after[j1:j2])


def _units(document: WordText) -> list[Unit]:
    units, clause, headings = [], BEFORE_FIRST_CLAUSE, (BEFORE_FIRST_CLAUSE,)
    section: tuple[str, ...] = ()
    for block in document.blocks:
        if block.place in NAMED_PLACES:
            clause, headings, section = NAMED_PLACES[block.place], (NAMED_PLACES[block.place],), ()
        elif block.is_heading:
            clause, headings, section = f"{block.label} {block.text}".strip(), (block.text,), ()
        elif block.is_section:
            section = (block.text,)
        in_words = ", ".join((clause, *section))
        units.append(Unit(block=block, headings=headings + section, clause=in_words, text=_comparable(block.text)))
    return units


_INVISIBLE = {ord(character): None for character in "\u00ad\u200b\u200e\u200f\u2060\ufeff"}


def _comparable(text: str) -> str:
    """Return `text` with spaces and characters of no width folded; everything a reader can see stays."""
    folded = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    return re.sub(r"\s+", " ", folded).strip()


_MOST_PAIRS_TRIED = 2_500


def _paired(left: Sequence[Unit], right: Sequence[Unit]) -> Iterator[Pair]:
    """Yield what belongs together: a paragraph with its new text, or with nothing if it came or went."""
    tried = len(left) * len(right) <= _MOST_PAIRS_TRIED
    waiting = list(right)
    for unit in left:
        place = next((n for n, other in enumerate(waiting) if not tried or _are_alike(unit, other)), None)
        if place is None:
            yield Pair(sent=unit, returned=None)
            continue
        for added in waiting[:place]:
            yield Pair(sent=None, returned=added)
        yield Pair(sent=unit, returned=waiting[place])
        del waiting[: place + 1]
    for added in waiting:
        yield Pair(sent=None, returned=added)


def _are_alike(one: Unit, other: Unit) -> bool:
    matcher = SequenceMatcher(None, one.text, other.text, autojunk=False)
    return matcher.real_quick_ratio() > 0.5 and matcher.quick_ratio() > 0.5 and matcher.ratio() > 0.5
