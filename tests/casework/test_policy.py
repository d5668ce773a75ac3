"""The policy: what we ship is whole, and what is broken is told at once, file by file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from approvals.casework.policy import Policy, policy_from_document, read_policy
from approvals.casework.policy.rule import PolicyPart, Rule
from approvals.errors import PolicyError
from models.agreement import Grade
from models.decision import Outcome
from models.office import OfficeKind
from models.risk import RiskLevel
from models.task import TaskKind

HOUSE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shipped() -> Policy:
    return read_policy(HOUSE / "policy")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped policy, to break."""
    return Path(shutil.copytree(HOUSE / "policy", tmp_path / "policy"))


def change(folder: Path, name: str, before: str, after: str) -> None:
    file = folder / f"{name}.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def told(folder: Path) -> list[str]:
    """Return what is wrong with the policy in the folder, as an administrator reads it."""
    with pytest.raises(PolicyError) as refused:
        read_policy(folder)
    assert refused.value.summary == f"The policy in {folder} cannot be used."
    return [str(fault) for fault in refused.value.faults]


def rules_in(part: Any) -> Iterator[Rule]:
    if isinstance(part, Rule):
        yield part
    if isinstance(part, PolicyPart):
        part = [getattr(part, name) for name in type(part).model_fields]
    if isinstance(part, list | tuple):
        for inner in part:
            yield from rules_in(inner)


def test_tells_the_source_of_every_rule_we_ship(shipped: Policy) -> None:
    rules = list(rules_in(shipped))

    assert len(rules) > 30
    assert all(len(rule.source) > 10 for rule in rules)


def test_tells_owner_date_and_purpose_of_every_file_we_ship(shipped: Policy) -> None:
    for name in Policy.model_fields:
        file = getattr(shipped, name)
        assert file.owner
        assert file.effective_on
        assert file.purpose


def test_keeps_amounts_and_rates_to_the_digit(shipped: Policy) -> None:
    rates = shipped.organisation.money.usd_rates

    assert {currency: str(rate) for currency, rate in rates.items()} == {
        "USD": "1",
        "EUR": "1.10",
        "CHF": "1.15",
        "GBP": "1.28",
        "XOF": "0.0017",
        "VND": "0.00004",
        "PEN": "0.27",
    }


def test_is_the_same_after_it_was_published_and_read_again(shipped: Policy) -> None:
    kept = json.loads(json.dumps(shipped.as_document()))

    again = policy_from_document(kept)

    assert again == shipped
    assert again.as_document() == shipped.as_document()


def test_reads_alike_in_every_process(shipped: Policy) -> None:
    """Python orders sets anew in each process; the hash of a policy must not follow."""
    script = (
        "import json; from pathlib import Path; from approvals.casework.policy import read_policy;"
        "print(json.dumps(read_policy(Path('policy')).as_document(), sort_keys=True))"
    )

    elsewhere = subprocess.run([sys.executable, "-c", script], cwd=HOUSE, capture_output=True, text=True, check=True)

    assert elsewhere.stdout.strip() == json.dumps(shipped.as_document(), sort_keys=True)


def test_cannot_be_changed_once_read(shipped: Policy) -> None:
    with pytest.raises(ValidationError):
        shipped.routes.decision[0].at_least = "executive"  # type: ignore[misc,assignment]  # what we try


# Broken files


def test_tells_all_faults_of_all_files_at_once_by_file_and_field(folder: Path) -> None:
    (folder / "service_levels.yaml").unlink()
    change(folder, "organisation", "kind: headquarters", "kind: palace")
    change(folder, "organisation", "EUR: 1.10", "EUR: -1")
    change(folder, "routes", "tier: none", "tier: nothing\n    wheen: {}")
    change(folder, "routes", "above_usd: 250000", "above_usd: much")

    assert told(folder) == [
        "organisation.yaml: offices[1].kind: «palace» is not one of: 'area', 'regional' or 'headquarters'",
        "organisation.yaml: money.usd_rates.EUR: «-1» must be more than 0",
        "routes.yaml: due_diligence[1].tier: «nothing» is not one of: 'none', 'basic', 'standard' or 'enhanced'",
        "routes.yaml: due_diligence[1].wheen: is not a field that belongs here; check its spelling or remove it",
        "routes.yaml: decision[2].when.above_usd: «much» is not an amount; write digits, such as 125000.50",
        "service_levels.yaml: cannot be read: No such file or directory",
    ]


@pytest.mark.parametrize(
    ("name", "before", "after", "line"),
    [
        pytest.param("organisation", "code: RO-ASIA", "code: RO-AFRICA",
                     "organisation.yaml: offices: «RO-AFRICA» is given twice", id="two offices with one code"),
        pytest.param("organisation", "parent: RO-AMERICAS", "parent: RO-MOON",
                     "organisation.yaml: offices: «AO-LIMA» answers to «RO-MOON», which is not listed",
                     id="a parent nobody knows"),
        pytest.param("organisation", "kind: area\n    parent: RO-AMERICAS", "kind: area",
                     "organisation.yaml: offices: «AO-LIMA» needs a parent", id="an office left alone"),
        pytest.param("organisation", "kind: headquarters", "kind: headquarters\n    parent: RO-ASIA",
                     "organisation.yaml: offices: «HQ» answers to «RO-ASIA», which is not above it", id="a circle"),
        pytest.param("organisation", "parent: RO-AFRICA", "parent: AO-DAKAR",
                     "organisation.yaml: offices: «AO-DAKAR» answers to «AO-DAKAR», which is not above it",
                     id="an office that answers to itself"),
        pytest.param("organisation", "{low: 36, ", "{",
                     "organisation.yaml: validity: months_by_risk lacks «low»", id="a risk without validity"),
        pytest.param("organisation", "{USD: 1, ", "{",
                     "organisation.yaml: money: usd_rates lacks «USD», in which gifts in kind are valued",
                     id="no dollars"),
        pytest.param("organisation", "    government: 13", "",
                     "organisation.yaml: money: max_support_rates lacks «government»", id="a kind without its limit"),
        pytest.param("routes", "[area_director, regional", "[regional",
                     "routes.yaml: decision: «area_director» is not one of decision_levels", id="a level unknown"),
        pytest.param("routes", "{area_director: area, ", "{",
                     "routes.yaml: decision_offices: lacks «area_director»", id="a level without its office"),
        pytest.param("routes", "committee, executive]", "committee, executive, committee]",
                     "routes.yaml: decision_levels: «committee» is given twice", id="a level twice"),
        pytest.param("routes", "- {at_least: area_director,", "- {at_least: committee,",
                     "routes.yaml: decision: one rule without `when` must name the lowest level",
                     id="no rule for the simplest case"),
        pytest.param("routes", "office: headquarters, source", "office: headquarters, when: {risk: [high]}, source",
                     "routes.yaml: due_diligence: the last rule must have no `when`, so that every case finds one",
                     id="a case nobody looks at"),
        pytest.param("routes", "{unit: signatory,", "{unit: signatory, when: {risk: [high]},",
                     "routes.yaml: clearance: one rule must have no `when`, so that every text is cleared",
                     id="a text nobody clears"),
        pytest.param("service_levels", "  - {task: signature,", "  - {task: clearance,",
                     "service_levels.yaml: tasks: «clearance» has 2 entries, needs one", id="a task twice"),
        pytest.param("service_levels", "  - {task: answer,", "  # {task: answer,",
                     "service_levels.yaml: tasks: «answer» has 0 entries, needs one", id="a task without its days"),
        pytest.param("service_levels", "{task: decision,", "{task: decision, silence_means: approve,",
                     "service_levels.yaml: tasks: silence on «decision» cannot mean «approve»; "
                     "only a consultation may end unanswered, as no_view or support", id="approved by nobody"),
        pytest.param("service_levels", "{task: decision,", "{task: decision, by_deviation: {wording: 2},",
                     "service_levels.yaml: tasks: «decision» has times by deviation; only a legal review looks at a "
                     "changed text", id="a deviation nobody looks at"),
        pytest.param("service_levels", "silence_means: no_view", "silence_means: objection",
                     "service_levels.yaml: tasks: silence on «consultation» cannot mean «objection»; "
                     "only a consultation may end unanswered, as no_view or support", id="an objection by nobody"),
        pytest.param("service_levels", "working_days: 3", "working_days: soon",
                     "service_levels.yaml: tasks[4].working_days: «soon» is not a whole number", id="days in words"),
        pytest.param("service_levels", "working_days: 3", "working_days: 0",
                     "service_levels.yaml: tasks[4].working_days: «0» must be 1 or more", id="no day at all"),
        pytest.param("routes", "owner: PARDEV", "", "routes.yaml: owner: is missing", id="nobody answers for it"),
        pytest.param("routes", 'source: "Strategy 1997, paragraph 35"', 'source: ""',
                     "routes.yaml: decision[4].source: is too short: at least 3 characters", id="no source"),
        pytest.param("routes", "owner: PARDEV", "owner: PARDEV\nowner: LEGAL",
                     "routes.yaml: is not readable YAML in UTF-8: near line 3: field «owner» is given twice",
                     id="a field twice"),
        pytest.param("routes", "clearance:  ", "clearance: [  ",
                     "routes.yaml: is not readable YAML in UTF-8: near line",
                     id="a bracket left open"),
    ],
)  # fmt: skip
def test_tells_a_fault_by_file_and_field(folder: Path, name: str, before: str, after: str, line: str) -> None:
    change(folder, name, before, after)

    assert any(each.startswith(line) for each in told(folder)), told(folder)


def test_tells_of_files_that_are_no_text_or_say_nothing(folder: Path) -> None:
    (folder / "organisation.yaml").write_bytes(b"\xff\xfe\x00")
    (folder / "routes.yaml").write_text("")
    (folder / "service_levels.yaml").write_text("- a list\n")

    first, *others = told(folder)

    assert first.startswith("organisation.yaml: is not readable YAML in UTF-8: ")
    assert others == [
        "routes.yaml: is empty",
        "service_levels.yaml: should be a group of fields, not «a list»",
    ]


def test_keeps_norway_among_an_offices_countries(folder: Path) -> None:
    change(folder, "organisation", "countries: [CH]", "countries: [CH, NO]")

    headquarters = read_policy(folder).organisation.office("HQ")

    assert headquarters is not None
    assert headquarters.countries == ("CH", "NO")


# What the parts answer


def test_finds_an_office_by_its_code_or_none(shipped: Policy) -> None:
    office = shipped.organisation.office("AO-DAKAR")

    assert office is not None
    assert (office.kind, office.parent) == (OfficeKind.AREA, "RO-AFRICA")
    assert shipped.organisation.office("ao-dakar") is None


@pytest.mark.parametrize(
    ("task", "risk", "days"),
    [
        pytest.param(TaskKind.DUE_DILIGENCE, RiskLevel.LOW, 3, id="where risk changes it, low"),
        pytest.param(TaskKind.DUE_DILIGENCE, RiskLevel.HIGH, 10, id="where risk changes it, high"),
        pytest.param(TaskKind.DUE_DILIGENCE, None, 5, id="risk not known yet"),
        pytest.param(TaskKind.DECISION, RiskLevel.HIGH, 3, id="where risk changes nothing"),
    ],
)
def test_gives_each_task_its_working_days(shipped: Policy, task: TaskKind, risk: RiskLevel | None, days: int) -> None:
    assert shipped.service_levels.level(task).days(risk) == days


@pytest.mark.parametrize(
    ("deviation", "days"),
    [
        pytest.param(None, 3, id="our own text"),
        pytest.param(Grade.WORDING, 5, id="other words"),
        pytest.param(Grade.SUBSTANCE, 10, id="liability, law, audit, payment"),
        pytest.param(Grade.IMMUNITIES, 10, id="privileges and immunities"),
    ],
)
def test_gives_a_legal_reviewer_the_more_days_the_graver_the_change(
    shipped: Policy, deviation: Grade | None, days: int
) -> None:
    level = shipped.service_levels.level(TaskKind.LEGAL_REVIEW)

    assert level.days(RiskLevel.LOW, deviation=deviation) == days


def test_takes_silence_for_no_view_and_never_for_support(shipped: Policy) -> None:
    meanings = {level.task: level.silence_means for level in shipped.service_levels.tasks if level.silence_means}

    assert meanings == {TaskKind.CONSULTATION: Outcome.NO_VIEW}


# Amendments


def test_a_policy_published_before_there_were_amendments_has_every_change_signed(shipped: Policy) -> None:
    document = shipped.as_document()
    del document["amendments"]

    (rule,) = policy_from_document(document).amendments.rules

    assert (rule.handling, len(rule.stages)) == ("amendment", 4)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("stages: [screening, due_diligence, consultation, legal_review]", "when: {kinds: [correction]}",
         "rules: the last must have no `when` and ask for an amendment, so that nothing slips through"),
        ("stages: [screening, legal_review]", "stages: [signature]",
         "rules[10]: stages: «signature» follows from the handling; choose from"),
        ("  - handling: record_only\n", "  - handling: record_only\n    stages: [screening]\n",
         "rules[1]: stages: what is only recorded goes through none"),
        ("fields: [money.budget]", "fields: [money.bugdet]",
         "rules[6]: when.fields: «money.bugdet» is no field of a proposal"),
    ],
)  # fmt: skip
def test_rules_about_amendments_that_do_not_fit_together_are_told(
    folder: Path, before: str, after: str, sentence: str
) -> None:
    change(folder, "amendments", before, after)

    (fault,) = told(folder)

    assert f"amendments.yaml: {sentence}" in fault
