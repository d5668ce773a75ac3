"""Amounts, dates, countries and lists as each language of our agreements writes them.

Names of countries, currencies and months come from the Unicode locale data (Babel). Numbers in words are ours: an
agreement needs whole amounts only, in three languages, and each must be exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from babel import Locale
from babel.dates import format_date
from babel.numbers import get_currency_name

Language = Literal["en", "fr", "es"]

_LOCALES = {"en": Locale("en", "GB"), "fr": Locale("fr"), "es": Locale("es")}
_NO_BREAK = "\N{NO-BREAK SPACE}"
_SEPARATORS = {"en": (",", "."), "fr": (_NO_BREAK, ","), "es": (_NO_BREAK, ",")}
_AND = {"en": "and", "fr": "et", "es": "y"}
_MONTHS = {"en": ("month", "months"), "fr": ("mois", "mois"), "es": ("mes", "meses")}
_DAYS = {"en": ("day", "days"), "fr": ("jour", "jours"), "es": ("día", "días")}


def amount(value: Decimal, currency: str, language: Language) -> str:
    """Return `EUR 1,250,000.00` in English and `1 250 000,00 EUR` in French and Spanish, with fixed spaces."""
    thousands, point = _SEPARATORS[language]
    digits = f"{value:,.2f}".translate({ord(","): thousands, ord("."): point})
    return f"{currency} {digits}" if language == "en" else f"{digits}{_NO_BREAK}{currency}"


def percent(value: Decimal, language: Language) -> str:
    """Return `7` or `12.5`: a rate with as many decimals as it needs, without a sign."""
    _, point = _SEPARATORS[language]
    digits = f"{value:.2f}".rstrip("0").rstrip(".")
    return digits.replace(".", point)


def day(value: date, language: Language) -> str:
    """Return the date written out, such as `1 March 2026`, `1er mars 2026` or `1 de marzo de 2026`."""
    written: str = format_date(
        value, format="d 'de' MMMM 'de' y" if language == "es" else "d MMMM y", locale=_LOCALES[language]
    )
    return f"1er{written[1:]}" if language == "fr" and value.day == 1 else written


def country(code: str, language: Language) -> str:
    """Return the country's name for its two-letter `code`, or the code itself if it has none."""
    return _AS_THE_UNITED_NATIONS_SAY[language].get(code) or str(_LOCALES[language].territories.get(code, code))


# Where everyday usage, which the locale data follow, differs from the names members of the United Nations chose.
_AS_THE_UNITED_NATIONS_SAY: dict[Language, dict[str, str]] = {
    "en": {
        "BO": "the Plurinational State of Bolivia",
        "CD": "the Democratic Republic of the Congo",
        "IR": "the Islamic Republic of Iran",
        "KR": "the Republic of Korea",
        "LA": "the Lao People’s Democratic Republic",
        "MD": "the Republic of Moldova",
        "SY": "the Syrian Arab Republic",
        "TZ": "the United Republic of Tanzania",
        "VE": "the Bolivarian Republic of Venezuela",
        "VN": "Viet Nam",
    },
    "fr": {
        "BO": "État plurinational de Bolivie",
        "CD": "République démocratique du Congo",
        "IR": "République islamique d’Iran",
        "KR": "République de Corée",
        "LA": "République démocratique populaire lao",
        "MD": "République de Moldova",
        "SY": "République arabe syrienne",
        "TZ": "République-Unie de Tanzanie",
        "VE": "République bolivarienne du Venezuela",
        "VN": "Viet Nam",
    },
    "es": {
        "BO": "Estado Plurinacional de Bolivia",
        "CD": "República Democrática del Congo",
        "IR": "República Islámica del Irán",
        "KR": "República de Corea",
        "LA": "República Democrática Popular Lao",
        "MD": "República de Moldova",
        "SY": "República Árabe Siria",
        "TZ": "República Unida de Tanzanía",
        "VE": "República Bolivariana de Venezuela",
        "VN": "Viet Nam",
    },
}


def listed(names: Sequence[str], language: Language) -> str:
    """Return `A, B and C`; nothing for no name."""
    if len(names) < 2:
        return "".join(names)
    last, link = names[-1], _AND[language]
    # Spanish «y» becomes «e» before the sound of i, as in «Francia e Italia».
    if language == "es" and last.lower().startswith(("i", "í", "hi")) and not last.lower().startswith("hie"):
        link = "e"
    return f"{', '.join(names[:-1])} {link} {last}"


def duration(start: date, end: date, language: Language) -> str:
    """Return the time from `start` to `end`, both included, such as `36 months` or `2 months and 5 days`."""
    after = end + timedelta(days=1)
    months = (after.year - start.year) * 12 + after.month - start.month
    if months_later(start, months) > after:
        months -= 1
    days = (after - months_later(start, months)).days
    parts = [
        f"{count} {names[count != 1]}"
        for count, names in ((months, _MONTHS[language]), (days, _DAYS[language]))
        if count
    ]
    return listed(parts, language)


def months_later(start: date, months: int) -> date:
    """Return the same day `months` later, or the last day of that month where it is shorter."""
    years, month = divmod(start.month - 1 + months, 12)
    first = date(start.year + years, month + 1, 1)
    next_month = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=start.day - 1), next_month - timedelta(days=1))


def amount_in_words(value: Decimal, currency: str, language: Language) -> str:
    """Return `one million two hundred and fifty thousand euros`; cents stand as a fraction, `and 50/100`."""
    whole, cents = divmod(int(value * 100), 100)
    fraction = f" {_FRACTION[language]} {cents:02d}/100" if cents else ""
    name = _currency_name(currency, whole, language)
    if language == "en":
        return f"{_english(whole)}{fraction} {name}"
    if language == "fr":
        return f"{_french(whole)}{fraction}{_of(whole, name, cents)}"
    # Spanish numbers agree with what they count: doscientos euros, doscientas libras.
    is_feminine = _currency_name(currency, 2, language).split()[0].endswith("as")
    link = " de" if _is_round(whole) and not cents else ""
    return f"{_spanish(whole, feminine=is_feminine)}{fraction}{link} {name}"


def _currency_name(currency: str, count: int, language: Language) -> str:
    # For 1,000,000 the locale data would answer with the «de» that we add ourselves. The words stand in brackets, so
    # «francs CFA (BCEAO)» loses its own.
    name: str = get_currency_name(currency, count=min(count, 2), locale=_LOCALES[language])
    return name.replace("(", "").replace(")", "")


_FRACTION = {"en": "and", "fr": "et", "es": "con"}


def _is_round(whole: int) -> bool:
    return whole >= 1_000_000 and whole % 1_000_000 == 0


def _of(whole: int, name: str, cents: int) -> str:
    """Return the French link between a number and what it counts: un million d'euros, mille euros."""
    if not _is_round(whole) or cents:
        return f" {name}"
    return f" d’{name}" if name[0] in "aeéiouyh" else f" de {name}"


def _in_order(words: str) -> tuple[str, ...]:
    """Return words by the number they stand for; «-» stands where a language has none."""
    return tuple(words.split())


_EN_SMALL = _in_order(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_EN_TENS = _in_order("- - twenty thirty forty fifty sixty seventy eighty ninety")
_EN_GROUPS = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (10**3, "thousand"))


def _english(number: int) -> str:
    parts = []
    for size, name in _EN_GROUPS:
        count, number = divmod(number, size)
        if count:
            parts.append(f"{_english_below_thousand(count)} {name}")
    if number or not parts:
        parts.append(("and " if parts and number < 100 else "") + _english_below_thousand(number))
    return " ".join(parts)


def _english_below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    below = _EN_SMALL[rest] if rest < 20 else _EN_TENS[tens] + (f"-{_EN_SMALL[units]}" if units else "")
    if not hundreds:
        return below
    return f"{_EN_SMALL[hundreds]} hundred" + (f" and {below}" if rest else "")


_FR_SMALL = _in_order(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
    "dix-huit dix-neuf"
)
_FR_TENS = _in_order("- - vingt trente quarante cinquante soixante soixante quatre-vingt quatre-vingt")
_FR_GROUPS = ((10**12, "billion"), (10**9, "milliard"), (10**6, "million"))


def _french(number: int) -> str:
    parts = []
    for size, name in _FR_GROUPS:
        count, number = divmod(number, size)
        if count:
            parts.append(f"{_french_below_thousand(count)} {name}{'s' if count > 1 else ''}")
    thousands, number = divmod(number, 1000)
    if thousands:
        # «cent» and «quatre-vingt» take no s before mille; mille itself never does, and is not preceded by «un».
        before = "" if thousands == 1 else f"{_french_below_thousand(thousands, last=False)} "
        parts.append(f"{before}mille")
    if number or not parts:
        parts.append(_french_below_thousand(number))
    return " ".join(parts)


def _french_below_thousand(number: int, *, last: bool = True) -> str:
    hundreds, rest = divmod(number, 100)
    below = _french_below_hundred(rest, last=last)
    if not hundreds:
        return below
    hundred = "cent" if hundreds == 1 else f"{_FR_SMALL[hundreds]} cent"
    if not rest:
        return hundred + ("s" if hundreds > 1 and last else "")
    return f"{hundred} {below}"


def _french_below_hundred(number: int, *, last: bool) -> str:
    if number < 20:
        return _FR_SMALL[number]
    tens, units = divmod(number, 10)
    if tens in (7, 9):  # soixante-dix, quatre-vingt-dix count on from ten
        units += 10
    if not units:
        return _FR_TENS[tens] + ("s" if tens == 8 and last else "")
    link = " et " if units in (1, 11) and tens < 8 else "-"
    return f"{_FR_TENS[tens]}{link}{_FR_SMALL[units]}"


_ES_SMALL = _in_order(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
    "diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis "
    "veintisiete veintiocho veintinueve"
)
_ES_TENS = _in_order("- - - treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_ES_HUNDREDS = _in_order(
    "- ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
)


def _spanish(number: int, *, feminine: bool = False) -> str:
    """Return the number as it stands before a noun: un euro, veintiún mil euros, doscientas libras."""
    parts = []
    for size, one, many in ((10**12, "billón", "billones"), (10**6, "millón", "millones")):
        count, number = divmod(number, size)
        if count:
            parts.append(f"{_spanish_below_million(count, feminine=False)} {one if count == 1 else many}")
    if number or not parts:
        parts.append(_spanish_below_million(number, feminine=feminine))
    return " ".join(parts)


def _spanish_below_million(number: int, *, feminine: bool) -> str:
    thousands, rest = divmod(number, 1000)
    parts = []
    if thousands:
        before = "" if thousands == 1 else f"{_spanish_below_thousand(thousands, feminine=feminine)} "
        parts.append(f"{before}mil")
    if rest or not parts:
        parts.append(_spanish_below_thousand(rest, feminine=feminine))
    return " ".join(parts)


def _spanish_below_thousand(number: int, *, feminine: bool) -> str:
    if number == 100:
        return "cien"
    hundreds, rest = divmod(number, 100)
    parts = []
    if hundreds:
        parts.append(_ES_HUNDREDS[hundreds].replace("tos", "tas") if feminine else _ES_HUNDREDS[hundreds])
    if rest or not parts:
        parts.append(_spanish_below_hundred(rest, feminine=feminine))
    return " ".join(parts)


def _spanish_below_hundred(number: int, *, feminine: bool) -> str:
    if number < 30:
        spoken = _ES_SMALL[number]
    else:
        tens, units = divmod(number, 10)
        spoken = _ES_TENS[tens] + (f" y {_ES_SMALL[units]}" if units else "")
    if not spoken.endswith("uno"):
        return spoken
    if feminine:
        return spoken.removesuffix("o") + "a"
    return "veintiún" if number == 21 else spoken.removesuffix("o")
