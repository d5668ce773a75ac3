"""The rival of `benchmarks.turnaround`: the same figures by pandas, from what was exported as CSV.

It knows nothing of ours but the definitions in `docs/turnaround.md`, and gives every figure by a name.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SHARES = [0.5, 0.85, 0.9, 0.95]
ENDS = ["in_force", "effective", "stopped", "declined", "withdrawn", "lapsed", "ended", "discarded"]
DECIDED = ["in_force", "effective", "stopped", "declined"]
PARTNER = ["negotiation", "partner_signature"]
LEAD_BY = ("office", "level", "partner", "family", "ending", "month")

Figures = dict[str, list[float]]


@dataclass(frozen=True)
class Exported:
    """What was read, and how long reading took, in seconds."""

    events: pd.DataFrame
    cases: pd.DataFrame
    tasks: pd.DataFrame
    seconds: float


def read(folder: Path) -> Exported:
    """Read the three files of an export."""
    began = time.perf_counter()
    words = {"kind": "category", "stage": "category", "outcome": "category"}
    events = pd.read_csv(folder / "events.csv", dtype=words, parse_dates=["at", "due_on"], date_format="ISO8601")
    cases = pd.read_csv(
        folder / "cases.csv", dtype=dict.fromkeys(("office", "level", "partner", "family"), "category")
    )
    tasks = pd.read_csv(
        folder / "tasks.csv", dtype=dict.fromkeys(("task_kind", "role", "owed_by", "of_stage"), "category")
    )
    return Exported(events, cases.set_index("case"), tasks.set_index("task"), time.perf_counter() - began)


def figures(exported: Exported, *, today: date) -> Figures:
    """Return every figure of the report by its name."""
    stays = _stays(exported)
    tasks = _tasks(exported, stays)
    cases = _cases(exported, stays, tasks)
    found: Figures = {}
    for part in (_lead(cases), _stages(stays, today), _task_figures(tasks, today), _weeks(cases)):
        found.update(part)
    return found


def _days_off(series: pd.Series) -> np.ndarray:
    return series.dt.tz_convert(None).to_numpy().astype("datetime64[D]")


def _halves(begun: pd.Series, ended: pd.Series) -> np.ndarray:
    """Half working days after the first day up to and including the last."""
    one = np.timedelta64(1, "D")
    return 2.0 * np.busday_count(_days_off(begun) + one, _days_off(ended) + one)


def _stays(exported: Exported) -> pd.DataFrame:
    events = exported.events
    moves = events[events["stage"].notna()].sort_values(["case", "seq"], kind="stable")
    moves = moves[["case", "at", "stage", "leg"]].copy()
    following = moves.groupby("case", sort=False)
    moves["left_at"], moves["left_for"] = following["at"].shift(-1), following["stage"].shift(-1)
    moves["first"] = ~moves.duplicated(["case", "stage"])
    moves["under_way"] = ~moves["stage"].isin(ENDS)
    moves["office"] = exported.cases["office"].reindex(moves["case"]).to_numpy()
    moves["gone"] = moves["left_at"].notna() & moves["under_way"]
    left = moves["left_at"].fillna(moves["at"])
    moves["halves"], moves["days"] = (
        _halves(moves["at"], left),
        (_days_off(left) - _days_off(moves["at"])).astype(int),
    )
    return moves


def _tasks(exported: Exported, stays: pd.DataFrame) -> pd.DataFrame:
    events = exported.events[exported.events["task"].notna()]
    kinds = dict(iter(events.groupby("kind", observed=True)))
    opened = kinds["TaskOpened"].set_index("task")
    tasks = exported.tasks.loc[opened.index].copy()
    tasks["opened_at"], tasks["due_on"] = opened["at"], opened["due_on"]
    claims, releases = kinds["TaskClaimed"].groupby("task")["at"], kinds["TaskReleased"].groupby("task")["at"]
    tasks["claimed_at"], tasks["taken"] = claims.min(), claims.size()
    tasks["given_back"] = releases.size()
    answers = kinds["DecisionTaken"].set_index("task")
    tasks["closed_at"], tasks["outcome"] = answers["at"], answers["outcome"]
    tasks["substitute"] = answers["on_behalf_of"].notna()
    tasks["reminders"] = kinds["TaskOverdue"].groupby("task").size()
    tasks = tasks.fillna({"taken": 0, "given_back": 0, "reminders": 0, "substitute": False})
    tasks["decided"] = tasks["closed_at"].notna()
    left = stays.set_index(["case", "leg"])["left_at"]
    tasks["closed_at"] = tasks["closed_at"].fillna(
        pd.Series(left.reindex(pd.MultiIndex.from_frame(tasks[["case", "leg"]])).to_numpy(), index=tasks.index)
    )
    epoch = pd.Timestamp(0, tz="UTC")
    held = (
        _sum(kinds["TaskReleased"], epoch).reindex(tasks.index, fill_value=0)
        - _sum(kinds["TaskClaimed"], epoch).reindex(tasks.index, fill_value=0)
        + _microseconds(tasks["closed_at"], epoch).where(tasks["taken"] > tasks["given_back"], 0)
    )
    tasks["touch"] = (held // 1_000_000).where((tasks["taken"] > 0) & tasks["closed_at"].notna())
    first = tasks["claimed_at"].fillna(tasks["closed_at"].where(tasks["decided"]))
    tasks["wait"] = (_microseconds(first, epoch) - _microseconds(tasks["opened_at"], epoch)) // 1_000_000
    closed = tasks["closed_at"].fillna(tasks["opened_at"])
    tasks["halves"] = _halves(tasks["opened_at"], closed)
    tasks["group"] = tasks["role"].astype(str) + "@" + tasks["owed_by"].astype(str)
    tasks["office"] = exported.cases["office"].reindex(tasks["case"]).to_numpy()
    return tasks


def _microseconds(series: pd.Series, epoch: pd.Timestamp) -> pd.Series:
    return (series - epoch) // pd.Timedelta(microseconds=1)


def _sum(events: pd.DataFrame, epoch: pd.Timestamp) -> pd.Series:
    return _microseconds(events["at"], epoch).groupby(events["task"]).sum()


def _cases(exported: Exported, stays: pd.DataFrame, tasks: pd.DataFrame) -> pd.DataFrame:
    cases = exported.cases.copy()
    grouped = stays.groupby("case")
    cases["submitted_at"] = grouped["at"].first()
    ends = stays[~stays["under_way"]].drop_duplicates("case").set_index("case")
    cases["ended_at"], cases["ending"] = ends["at"], ends["stage"]
    over = cases["ended_at"].fillna(cases["submitted_at"])
    cases["halves"] = _halves(cases["submitted_at"], over)
    cases["days"] = (_days_off(over) - _days_off(cases["submitted_at"])).astype(int)
    cases["seconds"] = (over - cases["submitted_at"]) // pd.Timedelta(seconds=1)
    cases["partner_halves"] = _away(tasks)
    cases["was_away"] = cases["partner_halves"].notna()
    ours = tasks[~tasks["task_kind"].isin(PARTNER)]
    cases["touch"] = ours.groupby("case")["touch"].sum()
    cases["returns"] = (tasks["outcome"] == "return").groupby(tasks["case"]).sum()
    cases["month"] = over.dt.tz_convert(None).dt.strftime("%Y-%m")
    cases["week"] = over.dt.tz_convert(None).dt.strftime("%G-W%V")
    return cases.fillna({"partner_halves": 0, "touch": 0, "returns": 0})


def _away(tasks: pd.DataFrame) -> pd.Series:
    """Return the half days in which a case lay with the partner alone: the tasks of a leg begin together."""
    legs = ["case", "leg"]
    closed = tasks[tasks["closed_at"].notna()]
    theirs = closed[closed["task_kind"].isin(PARTNER)].groupby(legs)[["opened_at", "closed_at"]].max()
    ours = tasks[~tasks["task_kind"].isin(PARTNER)].groupby(legs)["closed_at"].agg(["max", "count", "size"])
    ours = ours.reindex(theirs.index)
    begun = pd.concat([theirs["opened_at"], ours["max"]], axis=1).max(axis=1)
    all_answered = ours["size"].isna() | (ours["count"] == ours["size"])
    alone = theirs[(theirs["closed_at"] > begun) & all_answered]
    halves = pd.Series(_halves(begun.loc[alone.index], alone["closed_at"]), index=alone.index)
    return halves.groupby(level="case").sum()


def _spread(values: pd.Series, unit: float) -> list[float]:
    return [float(len(values)), *(float(value) / unit for value in values.quantile(SHARES))] if len(values) else [0.0]


def _by(name: str, frame: pd.DataFrame, by: str, column: str, unit: float) -> Iterator[tuple[str, list[float]]]:
    grouped = frame.groupby(by, observed=True)[column]
    table = grouped.quantile(SHARES).unstack().to_numpy() / unit
    for label, count, values in zip(grouped.groups, grouped.size(), table, strict=True):
        yield f"{name}/{by}={label}", [float(count), *map(float, values)]


def _lead(cases: pd.DataFrame) -> Iterator[tuple[str, Any]]:
    lead = cases[cases["ending"].isin(DECIDED)]
    for column, unit, name in (("halves", 2, "working"), ("days", 1, "calendar")):
        yield f"lead {name}", _spread(lead[column], unit)
        for by in LEAD_BY:
            yield from _by(f"lead {name}", lead, by, column, unit)
    yield "ours", _spread(lead["halves"] - lead["partner_halves"], 2)
    yield "partner", _spread(lead.loc[lead["was_away"], "partner_halves"], 2)
    yield "right_first", _spread(lead.loc[lead["returns"] == 0, "halves"], 2)
    yield "returned", _spread(lead.loc[lead["returns"] > 0, "halves"], 2)
    yield "efficiency", [float(lead["touch"].sum()) / float(lead["seconds"].sum())]


def _stages(stays: pd.DataFrame, today: date) -> Iterator[tuple[str, Any]]:
    gone = stays[stays["gone"]]
    yield from _by("stage working", gone, "stage", "halves", 2)
    yield from _by("stage calendar", gone, "stage", "days", 1)
    for stage, number in stays[stays["first"] & stays["under_way"]].groupby("stage", observed=True).size().items():
        yield f"came/stage={stage}", [float(number)]
    exits = gone[gone["left_for"].isin(["stopped", "declined", "withdrawn", "lapsed", "discarded"])]
    for stage, number in exits.groupby("stage", observed=True).size().items():
        yield f"exit/stage={stage}", [float(number)]
    here = stays[stays["left_at"].isna() & stays["under_way"]].copy()
    now = pd.Series(pd.Timestamp(today, tz="UTC"), index=here.index)
    here["age"] = _halves(here["at"], now.where(now > here["at"], here["at"]))
    yield from _by("here", here, "stage", "age", 2)


def _task_figures(tasks: pd.DataFrame, today: date) -> Iterator[tuple[str, Any]]:
    ours = tasks[~tasks["task_kind"].isin(PARTNER) & tasks["decided"]]
    for name, frame in (("wait", ours), ("touch", ours[ours["touch"].notna()])):
        yield name, _spread(frame[name], 3600)
        for by in ("task_kind", "group"):
            yield from _by(name, frame, by, name, 3600)
    closed_on, due = _days_off(tasks["closed_at"]), tasks["due_on"].to_numpy().astype("datetime64[D]")
    open_still, now = np.isnat(closed_on), np.datetime64(today)
    was_due = (tasks["decided"] | (closed_on > due) | open_still) & (~open_still | (due < now))
    late = was_due & (np.where(open_still, now, closed_on) > due)
    for by in ("task_kind", "group"):
        for name, mask in (("due", was_due), ("breach", late)):
            for label, number in tasks[mask].groupby(by, observed=True).size().items():
                yield f"{name}/{by}={label}", [float(number)]
    for label, number in tasks[tasks["outcome"] == "return"].groupby("task_kind", observed=True).size().items():
        yield f"return/task_kind={label}", [float(number)]
    over = tasks["closed_at"].notna()
    yield "reminded", _spread(tasks.loc[over & (tasks["reminders"] > 0), "halves"], 2)
    yield "substituted", _spread(tasks.loc[tasks["substitute"].astype(bool), "halves"], 2)
    yield "reassigned", _spread(tasks.loc[over & (tasks["given_back"] > 0), "halves"], 2)


def _weeks(cases: pd.DataFrame) -> Iterator[tuple[str, Any]]:
    lead = cases[cases["ending"].isin(DECIDED)]
    for week, median in (lead.groupby("week")["halves"].median() / 2).items():
        yield f"week median/{week}", [float(median)]
    arrived = cases["submitted_at"].dt.tz_convert(None).dt.strftime("%G-W%V").value_counts().sort_index()
    for week, number in arrived.items():
        yield f"arrived/{week}", [float(number)]
    for week, number in cases.loc[cases["ended_at"].notna(), "week"].value_counts().sort_index().items():
        yield f"ended/{week}", [float(number)]
