"""Pages: templates with the words, dates, numbers and money of the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_skeleton, format_time, get_datetime_format
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from approvals.casework.wording import happening, in_words, slot_in_words
from approvals.desk.assets import Asset
from approvals.desk.forms import Form
from approvals.desk.languages import Language, Languages
from approvals.desk.navigation import in_menus, places_for
from approvals.desk.visitor import Arrival, Visit

ROOM = "desk"
"""The folder of the desk's pages among all pages."""

Pages = Mapping[str, Environment]
"""The templates by language, ready to print."""


def read_pages(folder: Path, languages: Languages, assets: Mapping[str, Asset]) -> Pages:
    """Return the templates in `folder` for each of the languages."""
    return {tag: environment(folder, language, assets) for tag, language in languages.items()}


def environment(folder: Path, language: Language, assets: Mapping[str, Asset]) -> Environment:
    """Return the templates in `folder`, ready to print in one language; they raise if a value is missing."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_translations(language.texts, newstyle=True)  # type: ignore[attr-defined]  # by the extension
    made.filters.update(filters(language))
    made.globals["asset"] = lambda name: assets[name].address
    made.globals["no_form"] = Form()
    return made


def filters(language: Language) -> dict[str, Callable[..., Any]]:
    """Return how values are written in this language."""
    locale, gettext = language.locale, language.texts.gettext
    return {
        "words": lambda code: gettext(in_words(str(code))),
        "slot": lambda slot: slot_in_words(slot, gettext),
        "happening": lambda event: happening(event.kind, _with_days(event.payload, language), gettext),
        "translated": gettext,
        "told": language.voice.says,
        "tongue": language.tongue_of,
        "day": lambda day: format_date(_here(day), "long", locale=locale),
        "short_day": lambda day: format_date(_here(day), "medium", locale=locale),
        "month": lambda day: format_skeleton("yMMMM", day, locale=locale),
        "moment": lambda at: moment(at, language),
        "iso": lambda at: at.isoformat(),
        "number": lambda value: format_decimal(value, locale=locale),
        "counted": lambda value: counted(value, language),
        "percent": lambda value: format_percent(value, locale=locale),
        "money": lambda amount, currency: money(amount, currency, language),
        "listed": lambda items: format_list([str(item) for item in items], locale=locale),
        "size": lambda count: size(count, language),
        "sentence": lambda text: text[:1].upper() + text[1:],
    }


def money(amount: Decimal, currency: str, language: Language) -> str:
    """Return the amount as people write it in this language, with the letters of the currency: $ is many."""
    return format_currency(amount, currency, "¤¤ #,##0.00", locale=language.locale, currency_digits=True)


def counted(value: float, language: Language) -> int:
    """Return a whole number that takes the same form of the noun as `value`: gettext chooses by whole ones."""
    if value == int(value):
        return int(value)
    form = language.locale.plural_form
    return next((one for one in (2, 1, 5) if form(one) == form(value)), 2)


def size(count: int, language: Language) -> str:
    """Return a length in bytes as people write it in this language: in kB, from a million on in MB."""
    unit, of = ("megabyte", 1_000_000) if count >= 1_000_000 else ("kilobyte", 1000)
    return format_unit(max(round(count / of, 1), 0.1), unit, "short", locale=language.locale)


def moment(at: datetime, language: Language) -> str:
    """Return day and minute as people write them in this language, in the time of this place."""
    here, locale = at.astimezone(), language.locale
    day, time = format_date(here, "medium", locale=locale), format_time(here, "short", locale=locale)
    return str(get_datetime_format("medium", locale=locale)).format(time, day)


def _with_days(payload: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return what an event keeps, the days it names as people write them."""
    return {name: _day_or_same(value, language) if name.endswith("_on") else value for name, value in payload.items()}


def _day_or_same(value: Any, language: Language) -> Any:
    try:
        return format_date(date.fromisoformat(value), "medium", locale=language.locale)
    except (TypeError, ValueError):
        return value


def _here(at: date | datetime) -> date | datetime:
    return at.astimezone() if isinstance(at, datetime) else at


def page(came: Arrival, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
    """Return the page made of `facts`, in the reader's language, with the frame of the desk around it."""
    pages: Pages = came.request.app.state.pages
    text = pages[came.language.tag].get_template(f"{ROOM}/{template}").render(**frame(came), **facts)
    return HTMLResponse(text, status_code=status)


def piece(came: Arrival, template: str, **facts: Any) -> Markup:
    """Return a piece of a page made of `facts` alone, in the reader's language."""
    pages: Pages = came.request.app.state.pages
    text = pages[came.language.tag].get_template(f"{ROOM}/{template}").render(**facts)
    return Markup(text)  # noqa: S704  # printed by a template, which escapes


def frame(came: Arrival) -> dict[str, Any]:
    """Return what every page is given besides its own facts."""
    visit = came if isinstance(came, Visit) else None
    places = places_for(visit.by) if visit else []
    return {
        "came": came,
        "language": came.language,
        "languages": came.desk.languages,
        "by": visit.by if visit else None,
        "csrf": visit.csrf if visit else "",
        "places": places,
        "row": in_menus(places),
        "path": came.request.url.path,
    }
