"""What changed between the agreement sent and the file that came back, clause by clause.

The content is compared, not Word's revision marks, so an edit made with tracking switched off is found as well.
Paragraphs and table rows are the units; numbers before them, formatting and spaces do not count, so saving a file
again in another program changes nothing. A clause moved elsewhere appears as one removed and one added.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from approvals.documents.gate import admit
from approvals.documents.read import Block, WordText, read_word


class Grade(StrEnum):
    """How much a change matters, least first."""

    WORDING = "wording"
    SUBSTANCE = "substance"
    IMMUNITIES = "privileges_and_immunities"


class Kind(StrEnum):
    """What became of a paragraph, table row or picture."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One paragraph, table row or picture that differs."""

    clause: str  #: heading of the clause it stands in, with its number in the sent text
    kind: Kind
    grade: Grade
    topics: tuple[str, ...]  #: why it has its grade: figures, dates, liability, …
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Every difference between two versions of an agreement, in reading order."""

    sent_sha256: str
    returned_sha256: str
    changes: tuple[Change, ...]
    has_tracked_changes: bool  #: the returned file carries revision marks; they were read as accepted

    @property
    def is_unchanged(self) -> bool:
        """The two files say the same."""
        return not self.changes

    @property
    def grade(self) -> Grade | None:
        """The gravest grade of all changes; None if there is no change."""
        return max((change.grade for change in self.changes), key=list(Grade).index, default=None)

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as plain values that JSON can hold."""
        return {
            "sent_sha256": self.sent_sha256,
            "returned_sha256": self.returned_sha256,
            "is_unchanged": self.is_unchanged,
            "grade": self.grade.value if self.grade else None,
            "has_tracked_changes": self.has_tracked_changes,
            "changes": [
                {
                    **asdict(change),
                    "kind": change.kind.value,
                    "grade": change.grade.value,
                    "topics": list(change.topics),
                }
                for change in self.changes
            ],
        }


def compare(sent: bytes, returned: bytes) -> Comparison:
    """Return how `returned` differs from `sent`. Raises `RefusedFile` if `returned` may not be opened."""
    admit(returned)
    old, new = read_word(sent), read_word(returned)
    return Comparison(
        sent_sha256=hashlib.sha256(sent).hexdigest(),
        returned_sha256=hashlib.sha256(returned).hexdigest(),
        changes=(*_text_changes(old, new), *_picture_changes(old, new)),
        has_tracked_changes=new.has_tracked_changes,
    )


@dataclass(frozen=True)
class _Unit:
    """A paragraph or row in the clause it belongs to."""

    clause: str
    text: str


_NAMED_PLACES = {"header": "Header", "footer": "Footer", "note": "Notes"}
_BEFORE_FIRST_CLAUSE = "Title and parties"


def _units(document: WordText) -> list[_Unit]:
    units, clause = [], _BEFORE_FIRST_CLAUSE
    for block in document.blocks:
        if block.is_heading and block.place == "body":
            clause = _heading(block)
        units.append(_Unit(_NAMED_PLACES.get(block.place, clause), _comparable(block.text)))
    return units


def _heading(block: Block) -> str:
    return f"{block.label} {block.text}".strip()


_INVISIBLE = {ord(character): None for character in "\u00ad\u200b\u200e\u200f\u2060\ufeff"}


def _comparable(text: str) -> str:
    """Return `text` with spaces and characters of no width folded; everything a reader can see stays."""
    folded = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    return re.sub(r"\s+", " ", folded).strip()


def _text_changes(old: WordText, new: WordText) -> Iterator[Change]:
    before, after = _units(old), _units(new)
    # The place (body, header, footer) counts: a sentence moved from the body to the footer is a change.
    matcher = SequenceMatcher(None, _keys(before), _keys(after), autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            for left, right in _paired(before[i1:i2], after[j1:j2]):
                yield _change(left, right)


def _keys(units: Sequence[_Unit]) -> list[tuple[bool, str]]:
    return [(unit.clause in _NAMED_PLACES.values(), unit.text) for unit in units]


_MOST_PAIRS_TRIED = 2_500


def _paired(left: Sequence[_Unit], right: Sequence[_Unit]) -> Iterator[tuple[_Unit | None, _Unit | None]]:
    """Yield what belongs together: a paragraph with its new text, or with nothing if it came or went."""
    tried = len(left) * len(right) <= _MOST_PAIRS_TRIED
    waiting = list(right)
    for unit in left:
        place = next((n for n, other in enumerate(waiting) if not tried or _are_alike(unit, other)), None)
        if place is None:
            yield unit, None
            continue
        for added in waiting[:place]:
            yield None, added
        yield unit, waiting[place]
        del waiting[: place + 1]
    for added in waiting:
        yield None, added


def _are_alike(one: _Unit, other: _Unit) -> bool:
    matcher = SequenceMatcher(None, one.text, other.text, autojunk=False)
    return matcher.real_quick_ratio() > 0.5 and matcher.quick_ratio() > 0.5 and matcher.ratio() > 0.5


def _change(left: _Unit | None, right: _Unit | None) -> Change:
    old, new = left.text if left else "", right.text if right else ""
    clause = (left or right or _Unit("", "")).clause
    grade, topics = _graded(clause, old, new)
    kind = Kind.CHANGED if left and right else Kind.REMOVED if left else Kind.ADDED
    return Change(clause=clause, kind=kind, grade=grade, topics=topics, old=old, new=new)


_IMMUNITIES = re.compile(r"privileg|privilège|immunit|inmunidad", re.IGNORECASE)

# Beginnings of words in the languages of our agreements; a word in full ends with «$».
_TOPICS = {
    "figures": """
        0 1 2 3 4 5 6 7 8 9 percent$ per_cent$ pour_cent$ por_ciento$ half$ double$ twice$""",
    "obligations": """
        shall$ may$ must$ will$ should$ can$ not$ no$ nor$ never$ neither$ none$ except unless$ only$ without$ all$
        any$ sole reasonabl immediate prior$ consent
        doit$ doivent$ devra peut$ peuvent$ pourr ne$ pas$ sauf$ sans$ seul raisonnabl
        deberá debe podrá puede salvo$ sin$ solo$ razonabl""",
    "liability": """
        liab indemni responsab negligen négligen harmless$ damage dommage daño misconduct$""",
    "law and disputes": """
        law$ laws$ court arbitra jurisdiction juridiction jurisdicción tribunal dispute uncitral$
        différend controversia droit$ derecho""",
    "audit": """
        audit record$ records$ account$ accounts$ inspect vérif registro""",
    "payment": """
        pay paid$ paiement pago$ pagos$ amount instal refund reimburs contribution$ cost$ costs$ fee$ fees$ tax
        currency$ montant importe$ budget presupuesto""",
    "term and termination": """
        terminat suspend suspens résili rescin notice$ day$ days$ month year jours$ mois$ días$ meses$ surviv
        amend""",
    "intellectual property": """
        licen intellectual intellectuelle intelectual owner exclusiv royalt""",
    "integrity": """
        fraud fraude corrup sanction terror child$ forced$ exploitation$ abuse$ harass travail$ trabajo$""",
    "name and emblem": """
        emblem emblème logo endors publicity$""",
    "personal data": """
        personal$ confiden données$ datos$""",
}


def _beginning_with(stems: str) -> re.Pattern[str]:
    patterns = (re.escape(stem).replace("_", " ").replace(r"\$", r"\b") for stem in stems.split())
    return re.compile(rf"\b(?:{'|'.join(patterns)})", re.IGNORECASE)


_TOPIC_PATTERNS = tuple((name, _beginning_with(stems)) for name, stems in _TOPICS.items())
_SUBSTANTIVE_CLAUSES = frozenset({"liability", "law and disputes", "audit", "payment", "term and termination"})


def _graded(clause: str, old: str, new: str) -> tuple[Grade, tuple[str, ...]]:
    """Return the grade of a change and the topics that gave it.

    What changed is looked at, word by word; in clauses on liability, law, audit, payment and termination any
    changed word is substance. A whole paragraph added or removed is never mere wording, nor is a word anywhere in
    the clause on privileges and immunities.
    """
    removed, added = _changed_words(old, new)
    changed = f"{removed} {added}".strip()
    if _IMMUNITIES.search(f"{clause} {old} {new}" if _says_something(changed) else clause):
        return Grade.IMMUNITIES, ("privileges and immunities",)
    topics = [name for name, pattern in _TOPIC_PATTERNS if pattern.search(changed)]
    if _says_something(changed):
        topics += [
            name
            for name, pattern in _TOPIC_PATTERNS
            if name in _SUBSTANTIVE_CLAUSES and name not in topics and pattern.search(_title_of(clause))
        ]
        if not (old and new):
            topics.append("whole paragraph")
    return (Grade.SUBSTANCE if topics else Grade.WORDING), tuple(topics)


def _title_of(clause: str) -> str:
    return clause.partition("–")[2] or clause


def _says_something(changed: str) -> bool:
    """A change of punctuation alone says nothing; a letter or a figure does."""
    return any(character.isalnum() for character in changed)


# A figure keeps its separators and a date its strokes: 1,250,000.00 is one word, and so is 12.5.
_WORD = re.compile(r"\d[\d.,/’' \u00a0-]*\d|\w+|[^\w\s]")


def _changed_words(old: str, new: str) -> tuple[str, str]:
    """Return the words of `old` that are gone and the words of `new` that came."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    removed: list[str] = []
    added: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            removed += before[i1:i2]
            added += after[j1:j2]
    return " ".join(removed), " ".join(added)


def _picture_changes(old: WordText, new: WordText) -> Iterator[Change]:
    """A picture may say anything, such as a new clause; one that came or went is substance."""
    for kind, here, there in ((Kind.REMOVED, old, new), (Kind.ADDED, new, old)):
        for digest in sorted(set(here.pictures) - set(there.pictures)):
            name = f"picture {digest[:12]}"
            yield Change(
                clause="Pictures",
                kind=kind,
                grade=Grade.SUBSTANCE,
                topics=("picture",),
                old=name if kind is Kind.REMOVED else "",
                new=name if kind is Kind.ADDED else "",
            )
