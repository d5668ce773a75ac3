"""The agreement as a page: its text in reading order, what changed marked in place, grade and positions beside it.

Made from the words of the Word file alone, so nothing of the file itself reaches the browser. The page has no
programs; it stands alone as a file, and its middle part serves as a fragment of other pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from approvals.casework.clauses import Clause, ClauseLibrary
from approvals.casework.wording import in_words
from approvals.documents.alignment import Pair, Unit, aligned
from approvals.documents.compare import Change, change_of, picture_changes
from approvals.documents.gate import admit
from approvals.documents.grading import Fate, Piece, word_by_word
from approvals.documents.revisions import read_as_accepted
from models.agreement import Grade

PAGE = "agreements/view.html.jinja"
FRAGMENT = "agreements/text.html.jinja"


@dataclass(frozen=True)
class Note:
    """What stands beside a changed line. `clause` is given at the first change of each clause the library knows."""

    number: int
    change: Change
    clause: Clause | None
    fallback: int | None  #: which of our fallback positions it puts in, word for word


@dataclass(frozen=True)
class Line:
    """A paragraph, a heading or a table row; `cells` has one entry but for rows."""

    form: str  #: heading, section, title, indented, plain or row
    label: str
    label_before: str  #: its number in the sent text where that differs, or else empty
    cells: tuple[tuple[Piece, ...], ...]
    note: Note | None

    @property
    def text(self) -> str:
        """What it says, without what was removed."""
        return " ".join(_said(cell) for cell in self.cells).strip()


@dataclass(frozen=True)
class Passage:
    """Lines that stand side by side with their notes: a single line, or all rows of a table."""

    lines: tuple[Line, ...]

    @property
    def is_table(self) -> bool:
        """It is a table, and its lines are rows."""
        return self.lines[0].form == "row"

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes of its lines, in order."""
        return tuple(line.note for line in self.lines if line.note)


@dataclass(frozen=True)
class AgreementView:
    """The whole text with its notes; the notes also by themselves, the gravest first."""

    passages: tuple[Passage, ...]
    notes: tuple[Note, ...]
    has_tracked_changes: bool


def view_of(sent: bytes | None, shown: bytes, *, library: ClauseLibrary, family: str, language: str) -> AgreementView:
    """Return the text of `shown` with what it changes in `sent`; without marks if that is None.

    Raises `RefusedFile` if `shown` may not be opened.
    """
    admit(shown)
    text = read_as_accepted(shown)
    before = text if sent is None else read_as_accepted(sent)
    notes = _Notes(library, family, language)
    lines = [(pair, _line(pair, notes)) for pair in aligned(before, text)]
    passages = [*_passages(lines), *(_picture(notes.of(change)) for change in picture_changes(before, text))]
    by_weight = sorted(notes.taken, key=lambda note: note.change.grade.rank, reverse=True)
    return AgreementView(tuple(passages), tuple(by_weight), text.has_tracked_changes)


@dataclass
class _Notes:
    """Numbers the notes, and shows the positions of a clause once."""

    library: ClauseLibrary
    family: str
    language: str
    taken: list[Note] = field(default_factory=list)

    def of(self, change: Change) -> Note:
        clause = self.library.clause_of(
            family=self.family, language=self.language, headings=change.headings, text=f"{change.old} {change.new}"
        )
        shown_before = clause is not None and clause.key in {note.clause.key for note in self.taken if note.clause}
        fallback = clause.fallback_in(change.new, self.language) if clause else None
        note = Note(len(self.taken) + 1, change, None if shown_before else clause, fallback)
        self.taken.append(note)
        return note


def _line(pair: Pair, notes: _Notes) -> Line:
    newest = pair.returned or pair.unit
    label_before = pair.sent.block.label if pair.sent else newest.block.label
    return Line(
        form=_form(newest),
        label=newest.block.label,
        label_before="" if label_before == newest.block.label else label_before,
        cells=tuple(_cells(pair)),
        note=None if pair.is_equal else notes.of(change_of(pair)),
    )


def _form(unit: Unit) -> str:
    block = unit.block
    forms = (
        (block.is_row, "row"),
        (block.is_heading, "heading"),
        (block.is_section, "section"),
        (block.style in ("Title", "Subtitle"), "title"),
        (block.style.endswith("Subclause"), "indented"),
    )
    return next((form for holds, form in forms if holds), "plain")


def _cells(pair: Pair) -> Iterator[tuple[Piece, ...]]:
    for old, new in zip_longest(_written(pair.sent), _written(pair.returned), fillvalue=""):
        if pair.is_equal:
            yield (Piece(Fate.KEPT, new or old),)
        else:
            yield word_by_word(old, new)


def _said(cell: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in cell if piece.fate is not Fate.REMOVED)


def _written(unit: Unit | None) -> Sequence[str]:
    if unit is None:
        return ()
    return unit.block.cells if unit.block.is_row else (unit.block.text,)


def _passages(lines: Iterable[tuple[Pair, Line]]) -> Iterator[Passage]:
    """Yield the lines by themselves, and the rows of each table together."""
    rows: list[Line] = []
    tables: tuple[str, str] = ("", "")
    for pair, line in lines:
        own = (_table(pair.sent), _table(pair.returned))
        if rows and not any(here and here == there for here, there in zip(own, tables, strict=True)):
            yield Passage(tuple(rows))
            rows, tables = [], ("", "")
        if line.form == "row":
            rows.append(line)
            tables = (own[0] or tables[0], own[1] or tables[1])
        else:
            yield Passage((line,))
    if rows:
        yield Passage(tuple(rows))


def _table(unit: Unit | None) -> str:
    return unit.block.table if unit else ""


def _picture(note: Note) -> Passage:
    change = note.change
    return Passage((Line("plain", "", "", (word_by_word(change.old, change.new),), note),))


# The page -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Front:
    """What the page says of itself. `sent` is None where no earlier version is shown beside."""

    reference: str
    title: str
    partner: str
    language: str
    shown: str
    sent: str | None
    made_at: datetime


def page_of(view: AgreementView, front: Front, *, page_folder: Path) -> str:
    """Return the page as HTML that stands alone: no program, no picture, nothing fetched from elsewhere."""
    return _environment(page_folder).get_template(PAGE).render(view=view, front=front)


def fragment_of(view: AgreementView, front: Front, *, page_folder: Path) -> str:
    """Return the middle of the page, for a page that has a head and styles of its own."""
    return _environment(page_folder).get_template(FRAGMENT).render(view=view, front=front)


def _environment(page_folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(page_folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = in_words
    environment.globals["weights"] = {
        Grade.WORDING: "wording",
        Grade.SUBSTANCE: "substance",
        Grade.IMMUNITIES: "immunities",
    }
    return environment
