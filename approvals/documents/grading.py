"""How much a change matters: a grade worked out from the words that changed and from the clause they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from models.agreement import Grade


class Fate(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Piece:
    """Words in a row that share their fate."""

    fate: Fate
    text: str


_IMMUNITIES = re.compile(r"privileg|privilège|immunit|inmunidad", re.IGNORECASE)

# Beginnings of words in the languages of our agreements; a word in full ends with «$».
_TOPICS = {
    "figures": """
        0 1 2 3 4 5 6 7 8 9 percent$ per_cent$ pour_cent$ por_ciento$ half$ double$ twice$
        two$ three$ four five$ six seven eight nine ten$ eleven$ twelve$ thirteen$ fifteen$ twenty thirty forty fifty
        hundred thousand million
        deux$ trois$ quatre cinq sept$ huit$ neuf$ dix onze$ douze$ treize$ quatorze$ quinze$ seize$ vingt trente
        quarante soixante cent$ cents$ mille$ moitié$
        dos$ tres$ cuatro$ seis$ siete$ ocho$ nueve$ diez$ once$ doce$ trece$ catorce$ dieci veint treinta cuarenta
        cincuenta sesenta setenta ochenta noventa cien$ ciento$ cientos$ mil$ mitad$""",
    "obligations": """
        shall$ may$ must$ will$ should$ can$ not$ no$ nor$ never$ neither$ none$ except unless$ only$ without$ all$
        any$ sole reasonabl immediate prior$ consent
        doit$ doivent$ devra peut$ peuvent$ pourr ne$ pas$ sauf$ sans$ seul raisonnabl
        deberá debe podrá puede salvo$ sin$ solo$ razonabl
        endeavour effort efforc possible$ posible$ procurará""",
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
TOPICS = (*_TOPICS, "privileges and immunities", "whole paragraph")
"""What a change may be about, as it is said of it."""
_SUBSTANTIVE_CLAUSES = frozenset({"liability", "law and disputes", "audit", "payment", "term and termination"})


def graded(headings: Sequence[str], *, old: str, new: str) -> tuple[Grade, tuple[str, ...]]:
    """Return the grade of a change in the clause with these `headings`, and the topics that gave it.

    What changed is looked at, word by word; in clauses on liability, law, audit, payment and termination any
    changed word is substance. A whole paragraph added or removed is never mere wording, nor is a word anywhere in
    the clause on privileges and immunities.
    """
    changed = _changed_words(old, new)
    title = " ".join(headings)
    if _IMMUNITIES.search(f"{title} {old} {new}" if _says_something(changed) else title):
        return Grade.IMMUNITIES, ("privileges and immunities",)
    topics = [name for name, pattern in _TOPIC_PATTERNS if pattern.search(changed)]
    if _says_something(changed):
        topics += [
            name
            for name, pattern in _TOPIC_PATTERNS
            if name in _SUBSTANTIVE_CLAUSES and name not in topics and pattern.search(title)
        ]
        if not (old and new):
            topics.append("whole paragraph")
    return (Grade.SUBSTANCE if topics else Grade.WORDING), tuple(topics)


def _says_something(changed: str) -> bool:
    """A change of punctuation alone says nothing; a letter or a figure does."""
    return any(character.isalnum() for character in changed)


# A figure keeps its separators and a date its strokes: 1,250,000.00 is one word, and so is 12.5.
_WORD = re.compile(r"\d[\d.,/’' \u00a0-]*\d|\w+|[^\w\s]")
_WORD_OR_SPACE = re.compile(rf"{_WORD.pattern}|\s+")


def _changed_words(old: str, new: str) -> str:
    """Return the words of `old` that are gone, and the words of `new` that came."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    removed: list[str] = []
    added: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            removed += before[i1:i2]
            added += after[j1:j2]
    return " ".join([*removed, *added])


def word_by_word(old: str, new: str) -> tuple[Piece, ...]:
    """Return the text as pieces that were kept, removed or added, in reading order.

    The pieces kept and removed make up `old`, those kept and added make up `new`, but for the kind of spaces.
    """
    before, after = _WORD_OR_SPACE.findall(old), _WORD_OR_SPACE.findall(new)
    matcher = SequenceMatcher(
        None, [_folded(word) for word in before], [_folded(word) for word in after], autojunk=False
    )
    removed = added = ""
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        kept = "".join(after[j1:j2]) if tag == "equal" else ""
        if kept.strip():
            pieces += [*_changed(removed, added), Piece(Fate.KEPT, kept)]
            removed = added = ""
        else:  # a space between two changes is no rest for the eye: it goes with them
            removed += "".join(before[i1:i2])
            added += "".join(after[j1:j2])
    return (*pieces, *_changed(removed, added))


def _folded(word: str) -> str:
    return " " if word.isspace() else word


def _changed(removed: str, added: str) -> Iterator[Piece]:
    if _folded(removed) == _folded(added):
        removed, kept, added = "", added, ""
        if kept:
            yield Piece(Fate.KEPT, kept)
    if removed:
        yield Piece(Fate.REMOVED, removed)
    if added:
        yield Piece(Fate.ADDED, added)
