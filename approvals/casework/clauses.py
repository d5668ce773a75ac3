"""The clause library: what each important clause of our agreements guards, and how far we may give way.

The library is written by lawyers in `templates/clauses/`, a file for each clause. A clause has one key in every
family and language; it is known by the headings under which it stands in our agreements, and where several share a
heading, by words the paragraph uses. Positions come in order: our standard, what we fall back on, what we never
accept.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from approvals.casework.plain_yaml import UnreadableYaml, read_yaml
from approvals.casework.sentences import faults_in
from approvals.errors import Fault, Faulty

LANGUAGES = ("en", "fr", "es")
WITHOUT_POSITION = "without_position"
"""Name of the file that lists the clauses on which there is no position."""


class Approver(StrEnum):
    """Who may accept a position for the organisation."""

    LEGAL_REVIEWER = "legal_reviewer"
    LEGAL_ADVISER = "legal_adviser"
    FINANCE = "finance"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


_Sentence = Annotated[str, Field(min_length=10)]
_Key = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]


class InEachLanguage(_Part):
    """One text in every language of our agreements."""

    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)
    es: str = Field(min_length=1)

    def __getitem__(self, language: str) -> str:
        return str(getattr(self, language))


class WordsInEachLanguage(_Part):
    """Headings, or beginnings of words, in every language of our agreements."""

    en: tuple[str, ...] = Field(min_length=1)
    fr: tuple[str, ...] = Field(min_length=1)
    es: tuple[str, ...] = Field(min_length=1)

    def __getitem__(self, language: str) -> tuple[str, ...]:
        return tuple(getattr(self, language, ()))


class Found(_Part):
    """Where a clause stands in some families: under which headings, and in which words if others share them."""

    families: tuple[str, ...] = Field(min_length=1)
    headings: WordsInEachLanguage
    speaking_of: WordsInEachLanguage | None = None


class Fallback(_Part):
    """What we may offer when the standard is not accepted."""

    summary: _Sentence
    when: _Sentence
    accepted_by: Approver
    text: InEachLanguage


class Positions(_Part):
    """How far we may give way: the standard, the fallbacks from the first to the last, and where we walk away."""

    standard: _Sentence
    fallbacks: tuple[Fallback, ...] = ()
    never: tuple[_Sentence, ...] = Field(min_length=1)


class Clause(_Part):
    """One clause of the library, the same in every family and language. `positions` is None where there are none."""

    key: _Key
    title: InEachLanguage
    risk: str = ""
    found: tuple[Found, ...] = Field(min_length=1)
    positions: Positions | None = None

    def fallback_in(self, text: str, language: str) -> int | None:
        """Return which fallback's wording `text` holds, 1 for the first; None if it holds none."""
        for number, fallback in enumerate(self.positions.fallbacks if self.positions else (), 1):
            if _folded(fallback.text[language]) in _folded(text):
                return number
        return None


@dataclass(frozen=True)
class ClauseLibrary:
    """Every clause by its key; those with positions first, in the order of their files."""

    clauses: tuple[Clause, ...] = ()

    def clause_of(self, *, family: str, language: str, headings: Sequence[str], text: str = "") -> Clause | None:
        """Return the clause that stands under `headings`, outermost first; None if the library knows none.

        The innermost heading that is known decides. Where several clauses share it, the one whose words stand in
        `text` is meant, or else the one that needs none.
        """
        for heading in reversed(headings):
            sharing = self._under.get((family, language, _folded(heading)), ())
            for clause, words in sharing:
                if words is None or words.search(text):
                    return clause
        return None

    @cached_property
    def _under(self) -> Mapping[tuple[str, str, str], Sequence[tuple[Clause, re.Pattern[str] | None]]]:
        under: dict[tuple[str, str, str], list[tuple[Clause, re.Pattern[str] | None]]] = {}
        for clause, found, family, language, heading in _places(self.clauses):
            words = found.speaking_of[language] if found.speaking_of else ()
            shared = under.setdefault((family, language, _folded(heading)), [])
            if words:
                shared.insert(0, (clause, _beginning_with(words)))
            else:
                shared.append((clause, None))
        return under


def _places(clauses: Sequence[Clause]) -> Iterator[tuple[Clause, Found, str, str, str]]:
    for clause in clauses:
        for found in clause.found:
            for family in found.families:
                for language in LANGUAGES:
                    for heading in found.headings[language]:
                        yield clause, found, family, language, heading


def _folded(text: str) -> str:
    """Return a text as it is compared: without regard to case, spaces and the kind of apostrophe."""
    folded = unicodedata.normalize("NFC", text).replace("’", "'").casefold()
    return re.sub(r"\s+", " ", folded).strip()


def _beginning_with(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)


# Reading the files --------------------------------------------------------------------------------------------


def read_clause_library(folder: Path) -> ClauseLibrary:
    """Return the library written in `folder`. Raises `Faulty` with every fault of every file."""
    faults: list[Fault] = []
    with_positions: list[Clause] = []
    others: list[Clause] = []
    files = sorted(folder.glob("*.yaml"))
    for path in files:
        try:
            written = read_yaml(path.read_text(encoding="utf-8-sig"))
            if path.stem == WITHOUT_POSITION:
                others += _listed(written)
            else:
                with_positions.append(_Named.model_validate(written))
        except ValidationError as exc:
            faults += [Fault(f"{path.name}: {fault.path}".rstrip(": "), fault.message) for fault in faults_in(exc)]
        except OSError as exc:
            faults.append(Fault(path.name, f"cannot be read: {exc.strerror}"))
        except (UnreadableYaml, UnicodeDecodeError) as exc:
            faults.append(Fault(path.name, f"is not readable YAML in UTF-8: {exc}"))
        else:
            if path.stem != WITHOUT_POSITION and with_positions[-1].key != path.stem:
                faults.append(Fault(f"{path.name}: key", f"is «{with_positions[-1].key}»; name file and key alike"))
    clauses = (*with_positions, *others)
    faults += _misfits(clauses)
    if not files:
        faults.append(Fault("", "the folder holds no *.yaml"))
    if faults:
        raise Faulty(f"The clause library in {folder} cannot be used.", faults)
    return ClauseLibrary(clauses)


class _Named(Clause):
    """A clause in a file of its own: it must say what is at risk and what we may accept."""

    risk: _Sentence
    positions: Positions


def _listed(written: Any) -> list[Clause]:
    return TypeAdapter(list[Clause]).validate_python(written)


def _misfits(clauses: Sequence[Clause]) -> Iterator[Fault]:
    """Yield what does not fit together across the files: a key given twice, a heading two clauses claim."""
    for key, times in Counter(clause.key for clause in clauses).items():
        if times > 1:
            yield Fault(key, "this key is given to several clauses")
    claims: dict[tuple[str, str, str], str] = {}
    for clause, found, family, language, heading in _places(clauses):
        if found.speaking_of is None:
            first = claims.setdefault((family, language, _folded(heading)), clause.key)
            if first != clause.key:
                where = f"«{heading}» ({family}, {language})"
                yield Fault(clause.key, f"claims {where}, which is «{first}»; say in which words with speaking_of")
