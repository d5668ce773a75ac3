"""Amounts, dates and lists as each language writes them."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.documents import words

WHOLE = st.integers(0, 9_999_999_999_999)


@pytest.mark.parametrize(
    ("number", "currency", "english", "french", "spanish"),
    [
        ("1250000.00", "EUR", "one million two hundred and fifty thousand euros",
         "un million deux cent cinquante mille euros", "un millón doscientos cincuenta mil euros"),
        ("1000000.00", "EUR", "one million euros", "un million d’euros", "un millón de euros"),
        ("21000.00", "EUR", "twenty-one thousand euros", "vingt et un mille euros", "veintiún mil euros"),
        ("200200.00", "GBP", "two hundred thousand two hundred British pounds",
         "deux cent mille deux cents livres sterling", "doscientas mil doscientas libras esterlinas"),
        ("80.50", "EUR", "eighty and 50/100 euros", "quatre-vingts et 50/100 euros", "ochenta con 50/100 euros"),
        ("1071.00", "EUR", "one thousand and seventy-one euros", "mille soixante et onze euros",
         "mil setenta y un euros"),
        ("1.00", "EUR", "one euro", "un euro", "un euro"),
        ("80000.00", "USD", "eighty thousand US dollars", "quatre-vingt mille dollars des États-Unis",
         "ochenta mil dólares estadounidenses"),
        ("5000.00", "XOF", "five thousand West African CFA francs", "cinq mille francs CFA BCEAO",
         "cinco mil francos CFA de África Occidental"),
    ],
)  # fmt: skip
def test_amounts_are_written_in_words(number, currency, english, french, spanish):
    spoken = [words.amount_in_words(Decimal(number), currency, language) for language in ("en", "fr", "es")]

    assert spoken == [english, french, spanish]


@given(WHOLE)
def test_english_words_mean_the_number_they_came_from(number):
    assert _value(words._english(number), "en") == number


@given(WHOLE)
def test_french_words_mean_the_number_they_came_from(number):
    assert _value(words._french(number), "fr") == number


@given(WHOLE, st.booleans())
def test_spanish_words_mean_the_number_they_came_from(number, feminine):
    assert _value(words._spanish(number, feminine=feminine), "es") == number


# The reader below knows what the words of each language are worth, not how ours are put together.

_UNITS = {
    "en": """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""",
    "fr": """zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize""",
    "es": """cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis
        diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis
        veintisiete veintiocho veintinueve""",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "fr": "vingt trente quarante cinquante soixante - huitante",
    "es": "- treinta cuarenta cincuenta sesenta setenta ochenta noventa",
}
_HUNDREDS = "doscient trescient cuatrocient quinient seiscient setecient ochocient novecient"
_SCALES = {
    "hundred": 100, "cent": 100, "cents": 100, "thousand": 1000, "mille": 1000, "mil": 1000,
    "million": 10**6, "millions": 10**6, "millón": 10**6, "millones": 10**6, "milliard": 10**9, "milliards": 10**9,
    "billón": 10**12, "billones": 10**12, "trillion": 10**12,
}  # fmt: skip


def _value(spoken: str, language: str) -> int:
    worth = {word: number for number, word in enumerate(_UNITS[language].split())}
    worth |= {word: 10 * number for number, word in enumerate(_TENS[language].split(), 2)}
    worth |= {f"{w}{end}": 100 * n for n, w in enumerate(_HUNDREDS.split(), 2) for end in ("os", "as")}
    worth |= {"cien": 100, "ciento": 100, "un": 1, "una": 1, "veintiún": 21, "veintiuna": 21}
    scales = _SCALES | {"billion": 10**9 if language == "en" else 10**12, "billions": 10**12}
    spoken = spoken.replace("quatre-vingts", "huitante").replace("quatre-vingt", "huitante")
    terms: list[int] = []
    for word in spoken.replace("-", " ").split():
        if word in ("and", "et", "y"):
            continue
        if word in scales:
            # A scale multiplies what was said since the last larger one: (three hundred and two) thousand.
            smaller = 0
            while terms and terms[-1] < scales[word]:
                smaller += terms.pop()
            terms.append(max(smaller, 1) * scales[word])
        else:
            terms.append(worth[word])
    return sum(terms)


def test_amounts_in_figures_follow_the_language():
    value = Decimal("1250000.5")

    assert words.amount(value, "EUR", "en") == "EUR 1,250,000.50"
    assert words.amount(value, "EUR", "fr") == "1 250 000,50 EUR".replace(" ", "\u00a0")
    assert words.amount(value, "EUR", "es") == "1 250 000,50 EUR".replace(" ", "\u00a0")


def test_dates_are_written_out():
    first = date(2026, 3, 1)

    assert [words.day(first, language) for language in ("en", "fr", "es")] == [
        "1 March 2026",
        "1er mars 2026",
        "1 de marzo de 2026",
    ]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2027, 1, 1), date(2029, 12, 31), "36 months"),
        (date(2027, 1, 15), date(2028, 7, 14), "18 months"),
        (date(2027, 3, 1), date(2027, 3, 31), "1 month"),
        (date(2027, 1, 31), date(2027, 3, 1), "1 month and 2 days"),  # from the last day of a longer month
        (date(2027, 5, 3), date(2027, 5, 4), "2 days"),
        (date(2027, 3, 1), date(2028, 2, 29), "12 months"),  # ends on a leap day
    ],
)
def test_durations_count_both_ends(start, end, expected):
    assert words.duration(start, end, "en") == expected


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
def test_adding_months_keeps_the_day_or_takes_the_last_of_the_month(start, months):
    later = words.months_later(start, months)

    assert (later.year * 12 + later.month) - (start.year * 12 + start.month) == months
    assert later.day == start.day or (later + timedelta(days=1)).day == 1


def test_lists_end_with_and():
    assert words.listed(["Mali", "Senegal", "Togo"], "en") == "Mali, Senegal and Togo"
    assert words.listed(["Francia", "Italia"], "es") == "Francia e Italia"
    assert words.listed([], "fr") == ""


@pytest.mark.parametrize(("code", "name"), [("CI", "Côte d’Ivoire"), ("VN", "Viet Nam"), ("ZZ", "Unknown Region")])
def test_countries_have_the_names_members_of_the_united_nations_chose(code, name):
    assert words.country(code, "en") == name


def test_every_pair_of_languages_says_the_same_date_differently():
    spoken = [words.day(date(2026, 8, 5), language) for language in ("en", "fr", "es")]

    assert all(one != other for one, other in itertools.combinations(spoken, 2))
