"""The house keeps its own rules: imports point down, every word is in the glossary, every part says what it is."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

import models
from approvals.casework.chasing import Deed, Timing
from approvals.casework.clauses import Approver
from approvals.casework.lifecycle import Act
from approvals.casework.policy.amendments import CountedFrom, DecidedAt
from approvals.casework.policy.routes import Tier
from approvals.casework.policy.service_levels import EscalateTo
from approvals.casework.proposal import Side
from approvals.casework.rights import Right
from approvals.services.deviation_register import Reply
from approvals.services.substitutes import RuleState
from approvals.settings import CHECKOUT, RunnerMode, Settings
from models.agreement import Grade
from models.base import metadata
from models.task import TaskState

WORDS = (CHECKOUT / "docs" / "glossary.md").read_text(encoding="utf-8")
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((CHECKOUT / "docs").rglob("*.md")))
ENUMS = sorted(
    {thing for thing in vars(models).values() if inspect.isclass(thing) and issubclass(thing, StrEnum)}
    | {
        Act,
        CountedFrom,
        DecidedAt,
        Tier,
        Side,
        RunnerMode,
        TaskState,
        Approver,
        Grade,
        Reply,
        RuleState,
        Deed,
        Timing,
        EscalateTo,
    },
    key=lambda enum: enum.__name__,
)
SOURCES = [path for folder in ("approvals", "flows", "models") for path in sorted((CHECKOUT / folder).rglob("*.py"))]
SOURCES = [path for path in SOURCES if "migrations" not in path.parts]  # run by Alembic, read by their title


def test_imports_point_down_only() -> None:
    kept = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=CHECKOUT, capture_output=True, text=True
    )

    assert kept.returncode == 0, kept.stdout + kept.stderr


# Words


def test_the_glossary_is_asked_about_every_word_of_the_facts() -> None:
    assert {"Stage", "Role", "Outcome", "TaskKind", "TaskState", "PartnerKind", "RiskLevel", "Verdict"} <= {
        enum.__name__ for enum in ENUMS
    }


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.__name__)
def test_each_member_is_in_the_glossary_as_it_is_written(enum: type[StrEnum]) -> None:
    assert [member.value for member in enum if f"`{member.value}`" not in WORDS] == []


@pytest.mark.parametrize("right", Right)
def test_each_right_is_in_the_glossary(right: Right) -> None:
    assert f"| {right} |" in WORDS


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_setting_is_in_the_documents_by_name_and_variable(name: str) -> None:
    alias = Settings.model_fields[name].validation_alias
    variable = alias if isinstance(alias, str) else f"APPROVALS_{name.upper()}"

    assert variable in DOCS
    assert f"| {name} |" in WORDS
    assert Settings.model_fields[name].description


@pytest.mark.parametrize(
    "word",
    ["case", "partner", "proposal", "task", "decision", "finding", "route", "agreement", "event", "office", "level"],
)
def test_the_words_of_the_house_are_explained(word: str) -> None:
    assert re.search(rf"^\| (.*\b)?{word}\b", WORDS, re.MULTILINE)


def test_each_table_of_the_database_is_about_a_word_or_explained_by_its_columns() -> None:
    assert [f"{t.name}.{c.name}" for t in metadata.sorted_tables for c in t.columns if not c.comment] == []


# Docstrings


def public_parts(path: Path) -> Iterator[tuple[str, str | None]]:
    """Yield name and docstring of the public classes and functions of a module."""
    for part in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(part, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and part.name[0] != "_":
            yield part.name, ast.get_docstring(part)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_public_part_says_what_it_is_in_a_sentence(path: Path) -> None:
    silent = [
        f"{name}: {doc.splitlines()[0] if doc else 'has no docstring'}"
        for name, doc in public_parts(path)
        if not _opens_with_a_sentence(doc)
    ]

    assert silent == []


def _opens_with_a_sentence(doc: str | None) -> bool:
    """The first paragraph begins with a capital or a name in backticks, and ends as a sentence does."""
    if not doc:
        return False
    paragraph = doc.split("\n\n")[0].strip()
    return (paragraph[0].isupper() or paragraph[0] in "`«" or paragraph[0].isdigit()) and paragraph[-1] in ".:?»)`"


@pytest.mark.parametrize("layer", ["casework", "documents", "screening", "services", "store"])
def test_what_every_door_says_names_no_command_that_only_one_of_them_has(layer: str) -> None:
    said = [
        text
        for path in (CHECKOUT / "approvals" / layer).rglob("*.py")
        for text in _said_in(ast.parse(path.read_text()))
        if re.search(r"`(approvals )?(case|task|user|policy|list|template|partner|agreement|substitute|token) ", text)
    ]

    assert said == []


def _said_in(module: ast.Module) -> Iterator[str]:
    """Yield the texts of a module that are no docstrings."""
    docstrings = {
        id(node.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value
