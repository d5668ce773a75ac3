"""`approvals calendar …`: when an office works."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from approvals.cli.door import As, Json, date_of, visit
from approvals.cli.output import day, heading, print_json, rows, say
from approvals.errors import Fault, Faulty
from approvals.services import calendars
from models.calendar import DayKind
from models.office import Weekday

app = typer.Typer(
    help="Keep the calendars of offices: holidays, half days, weekends, time zones.", no_args_is_help=True
)

OfficeCode = Annotated[
    str, typer.Argument(metavar="OFFICE", help="Code of the office, such as AO-DAKAR.", show_default=False)
]
Day = Annotated[str, typer.Argument(metavar="DATE", help="The day, as 2026-12-24.", show_default=False)]
Name = Annotated[str, typer.Option("--name", help="What the day is, as colleagues call it.")]


@app.command("show")
def show(
    office: OfficeCode,
    year: Annotated[int | None, typer.Option("--year", help="Only this year.")] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Show the week of an office, its time zone, and every day that differs.

    Example: `approvals calendar show AO-DAKAR --year 2026`
    """
    with visit(who) as at:
        shown = calendars.office_calendar(at.store, office, year=year, by=at.by)
    if as_json:
        print_json(shown)
        return
    heading(f"{shown.name} ({shown.office_code})", beside=f"{shown.time_zone}; weekend: {', '.join(shown.weekend)}")
    if not shown.days:
        say("No day differs from the week. Enter public holidays with `approvals calendar seed`.")
    else:
        rows(("Day", "", "What", "From"), [(one.day, one.kind, one.name, one.source) for one in shown.days])


@app.command("seed")
def seed(
    office: OfficeCode,
    country: Annotated[str, typer.Option("--country", help="Two letters, such as CH.", show_default=False)],
    years: Annotated[str, typer.Option("--years", help="One year or several, as 2026-2028.", show_default=False)],
    subdivision: Annotated[str | None, typer.Option("--subdivision", help="A part of it, such as GE.")] = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Enter the public holidays of a country for an office. What people entered stays as it is.

    Example: `approvals calendar seed HQ --country CH --subdivision GE --years 2026-2028`
    """
    with visit(who) as at:
        done = calendars.seed_calendar(
            at.store,
            office,
            country=country,
            subdivision=subdivision,
            years=_years(years),
            by=at.by,
            now=at.now,
        )
    if as_json:
        print_json(done)
    else:
        say(f"{done.entered} days entered for {office}; {done.left_alone} left as people had entered them.")
        _say_what_stays()


@app.command("close")
def close(office: OfficeCode, on: Day, name: Name = "", who: As = None, as_json: Json = False) -> None:
    """Enter that an office is closed on a day.

    Example: `approvals calendar close HQ 2026-12-24 --name "Christmas Eve"`
    """
    _set_day(office, on, DayKind.CLOSED, name, who=who, as_json=as_json)


@app.command("half")
def half(office: OfficeCode, on: Day, name: Name = "", who: As = None, as_json: Json = False) -> None:
    """Enter that an office works half of a day.

    Example: `approvals calendar half HQ 2026-12-31 --name "New Year's Eve"`
    """
    _set_day(office, on, DayKind.HALF, name, who=who, as_json=as_json)


@app.command("open")
def open_day(office: OfficeCode, on: Day, name: Name = "", who: As = None, as_json: Json = False) -> None:
    """Enter that an office works on a day, whatever its week or the holidays say.

    Example: `approvals calendar open AO-HANOI 2026-09-05 --name "Made up for Friday"`
    """
    _set_day(office, on, DayKind.OPEN, name, who=who, as_json=as_json)


@app.command("weekend")
def weekend(
    office: OfficeCode,
    days: Annotated[list[Weekday], typer.Argument(help="The days of its weekend.", show_default=False)],
    who: As = None,
    as_json: Json = False,
) -> None:
    """Enter on which days of the week an office does not work.

    Example: `approvals calendar weekend RO-AFRICA friday saturday`
    """
    with visit(who) as at:
        changed = calendars.set_weekend(at.store, office, days, by=at.by, now=at.now)
    if as_json:
        print_json({"office": changed.code, "weekend": changed.weekend})
    else:
        say(f"The weekend of {changed.code}: {', '.join(changed.weekend)}.")
        _say_what_stays()


@app.command("zone")
def zone(
    office: OfficeCode,
    time_zone: Annotated[str, typer.Argument(metavar="ZONE", help="Such as Africa/Dakar.", show_default=False)],
    who: As = None,
    as_json: Json = False,
) -> None:
    """Enter the time zone of an office: its day begins and ends there.

    Example: `approvals calendar zone AO-DAKAR Africa/Dakar`
    """
    with visit(who) as at:
        changed = calendars.set_zone(at.store, office, time_zone, by=at.by, now=at.now)
    if as_json:
        print_json({"office": changed.code, "time_zone": changed.time_zone})
    else:
        say(f"{changed.code} is in {changed.time_zone}.")


def _set_day(office: str, on: str, kind: DayKind, name: str, *, who: str | None, as_json: bool) -> None:
    the_day = date_of("DATE", on)
    with visit(who) as at:
        entry = calendars.set_day(at.store, office, the_day, kind, name=name, by=at.by, now=at.now)
    if as_json:
        print_json(entry)
    else:
        say(f"{office}, {day(entry.day)}: {entry.kind}, {entry.name}.")
        _say_what_stays()


def _say_what_stays() -> None:
    say("Last days that are fixed already stay; `approvals task due TASK --because …` counts one anew.")


def _years(written: str) -> list[int]:
    """Return the years `2026-2028` or `2026` names. Raises `Faulty` if it names none."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", written.strip())
    if found is None:
        raise Faulty("Nothing was done.", [Fault("--years", f"«{written}» names no years; write 2026-2028")])
    first = int(found[1])
    return list(range(first, int(found[2] or first) + 1))
