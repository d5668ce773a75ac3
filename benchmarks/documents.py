"""What an agreement costs: our engine beside docxtpl and beside the least anybody could do, in the same run.

Each example proposal becomes an agreement in each language, once with each way, round after round; figures are
medians of processor time, for the cores are shared. docxtpl gets the same data and the same Jinja environment, and
is spared what ours does besides (cleaning the data, digests, properties). The least is one rendering of the body and
a copy of the parts compressed before: it checks nothing and breaks no lines.

    python -m benchmarks.documents [ROUNDS]
"""

from __future__ import annotations

import io
import os
import platform
import statistics
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

from approvals.casework.admission import family_of
from approvals.casework.policy import read_policy
from approvals.casework.proposal import ProposalForm
from approvals.casework.proposal_file import read_proposal
from approvals.documents.engine import compiled
from approvals.documents.fields import CaseFacts, Organisation, agreement_data
from approvals.documents.fill import fill
from approvals.documents.gate import admit
from approvals.documents.package import package_of, packed
from approvals.documents.proof import prove
from approvals.documents.read import read_word
from approvals.documents.soundness import faults_for_word
from approvals.documents.tagged import tagged_parts
from approvals.documents.tags import ENVIRONMENT
from approvals.documents.template import Template, load_template, read_manifest
from approvals.settings import Settings

Way = Callable[[], bytes]
LINES = (30, 300, 3000)
LONG = "company-cash-in-kind.yaml"  #: the example with the longest tables


@dataclass(frozen=True)
class Job:
    """An agreement to be made."""

    template: Template
    data: Mapping[str, Any]


def jobs(settings: Settings) -> list[Job]:
    """Return every example proposal with each template that fits it, a language each."""
    return [
        Job(template, agreement_data(proposal.model_copy(update={"language": template.language}), facts))
        for path in sorted(settings.example_folder.glob("*.yaml"))
        for proposal in [read_proposal(path.read_bytes(), name=path.name)]
        for template in _templates_for(settings.template_folder, proposal)
        for facts in [_facts(settings, template.language)]
    ]


POLICY = read_policy(Settings().policy_folder)


def _templates_for(folder: Path, proposal: ProposalForm) -> Iterator[Template]:
    family = family_of(proposal, POLICY)
    for language in read_manifest(folder, family).languages:
        yield load_template(folder, family, language)


def _facts(settings: Settings, language: str) -> CaseFacts:
    identity = read_policy(settings.policy_folder).organisation.identity
    organisation = Organisation(
        name=identity.name[language],
        short_name=identity.short_name,
        legal_basis=identity.legal_basis[language],
        address=identity.address,
        signatory_name=identity.signatory_name,
        signatory_title=identity.signatory_title[language],
    )
    return CaseFacts(
        reference="PA-2026-0042",
        version=1,
        organisation=organisation,
        office_name="its Area Office",
        generated_on=date(2026, 11, 2),
    )


# The ways


def ours(job: Job) -> Way:
    return lambda: fill(job.template, job.data).content


def docxtpl_fresh(job: Job) -> Way:
    return lambda: _by_docxtpl(DocxTemplate(io.BytesIO(job.template.content)), job.data)


def docxtpl_reused(job: Job) -> Way:
    return partial(_by_docxtpl, DocxTemplate(io.BytesIO(job.template.content)), job.data)


def _by_docxtpl(word: DocxTemplate, data: Mapping[str, Any]) -> bytes:
    saved = io.BytesIO()
    word.render(data, jinja_env=ENVIRONMENT, autoescape=True)
    word.save(saved)
    return saved.getvalue()


def the_least(job: Job) -> Way:
    """Return one rendering of the body and a copy of what was compressed before."""
    word = DocxTemplate(io.BytesIO(job.template.content))
    word.init_docx()
    body = next(tagged_parts(word))
    text = ENVIRONMENT.from_string(body.text)
    with zipfile.ZipFile(io.BytesIO(job.template.content)) as package:
        kept = [packed(name, package.read(name)) for name in package.namelist() if name != body.name]
    return lambda: package_of([*kept, packed(body.name, text.render(job.data).encode())])


WAYS = {"ours": ours, "docxtpl, fresh": docxtpl_fresh, "docxtpl, reused": docxtpl_reused, "the least": the_least}


def seconds_of(way: Callable[[], object]) -> float:
    began = time.process_time()
    way()
    return time.process_time() - began


def medians(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each way, run in turn so that a busy moment of the machine meets them all."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(seconds_of(way))
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


# What is printed


def main() -> None:
    """Run the comparisons and print them."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    settings = Settings()
    all_jobs = jobs(settings)
    print(f"{date.today()}, {platform.system()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    _print_ways(all_jobs, rounds)
    _print_long_tables(settings, rounds)
    _print_proof(all_jobs, rounds)


def _print_ways(all_jobs: Sequence[Job], rounds: int) -> None:
    each = [medians({name: way(job) for name, way in WAYS.items()}, rounds) for job in all_jobs]
    templates = {job.template.sha256 for job in all_jobs}
    print(f"\n{len(each)} agreements from {len(templates)} templates, {rounds} rounds")
    print(f"{'':<20}{'ms':>8}{'docs/s':>9}{'x ours':>9}{'least':>8}{'most':>8}")
    for name in WAYS:
        milliseconds = statistics.median(found[name] for found in each) * 1000
        ratios = [found[name] / found["ours"] for found in each]
        print(
            f"{name:<20}{milliseconds:>8.2f}{1000 / milliseconds:>9.0f}"
            f"{statistics.median(ratios):>9.2f}{min(ratios):>8.2f}{max(ratios):>8.2f}",
            flush=True,
        )
    fresh = statistics.median(found["docxtpl, fresh"] / found["ours"] for found in each)
    least = statistics.median(found["ours"] / found["the least"] for found in each)
    print(f"docxtpl takes {fresh:.1f} times as long (aim: 14 or more)")
    print(f"ours takes {least:.1f} times the least (aim: 4 or less)")
    first = statistics.median(_seconds_to_compile(job) for job in all_jobs)
    print(f"the first agreement of a template waits {first * 1000:.0f} ms more", flush=True)


def _seconds_to_compile(job: Job) -> float:
    compiled.cache_clear()
    return seconds_of(lambda: compiled(job.template.content))


def _print_long_tables(settings: Settings, rounds: int) -> None:
    print(f"\nA budget of many lines{'ours ms':>14}{'us a line':>11}{'docxtpl ms':>12}")
    job = next(job for job in jobs(settings) if len(job.data["budget"]) > 3)
    for lines in LINES:
        budget = [job.data["budget"][number % 4] for number in range(lines)]
        long = Job(job.template, {**job.data, "budget": budget})
        found = medians({name: WAYS[name](long) for name in ("ours", "docxtpl, fresh")}, max(3, rounds // 3))
        mine, theirs = found["ours"] * 1000, found["docxtpl, fresh"] * 1000
        print(f"{lines:>8}{mine:>28.1f}{mine / lines * 1000:>11.0f}{theirs:>12.1f}", flush=True)


def _print_proof(all_jobs: Sequence[Job], rounds: int) -> None:
    found = [medians(_proofs(job), max(1, rounds // 5)) for job in all_jobs]
    print("\nthe proof of an agreement")
    for name in found[0]:
        print(f"{name:<20}{statistics.median(taken[name] for taken in found) * 1000:>8.1f} ms")


def _proofs(job: Job) -> dict[str, Callable[[], object]]:
    content = ours(job)()
    return {
        "all of it": partial(prove, content, job.template, job.data),
        "of that, Word's view": partial(faults_for_word, content, template=job.template.content),
        "reading again": partial(read_word, content),
        "the gate": partial(admit, content),
    }


if __name__ == "__main__":
    main()
