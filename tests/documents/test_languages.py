"""A template says the same in every language: same tags, clauses, tables, figures and references, no English left."""

import io
import re
from dataclasses import asdict
from functools import cache

import docx
import pytest
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from approvals.documents.fields import agreement_data
from approvals.documents.fill import fill
from approvals.documents.proof import prove
from approvals.documents.read import read_word
from approvals.documents.template import families, read_manifest
from tests.documents.agreements import (
    EXAMPLES,
    TEMPLATES,
    a_condition,
    a_template,
    an_agreement,
    an_example,
    some_facts,
    template_for,
)  # fmt: skip
from tests.word import LEFTOVER, header_and_footer_of, headings_of, parts_of, text_of

FAMILIES = families(TEMPLATES)
TRANSLATIONS = [(family, language) for family in FAMILIES for language in ("fr", "es")]

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
QUOTED = re.compile(r"[“«]\s?([^“«”»]+?)\s?[”»]")
ENGLISH = re.compile(
    r"\b(the|of|and|shall|this|with|for|under|by|which|not|from|to|be|is|are|has|have|any|other|its|their|upon|within"
    r"|between|whether|agreement|annex|partner|party|title|name|amount|budget line|where|each)\b",
    re.IGNORECASE,
)

# Whole headings and labels that another language writes as English does.
SAME = {
    "fr": {
        "Administration",
        "Budget",
        "Condition",
        "Contact",
        "Contacts",
        "Contribution",
        "Description",
        "Force majeure",
        "Suspension",
        "Total",
    },
    "es": {"Total"},
}

# Written numbers of the clauses, in English, French and Spanish; a period or rate that differs is a different right.
# One and two are left out: they are also articles and part of other words.
NUMBERS = {
    3: ("three", "trois", "tres"),
    5: ("five", "cinq", "cinco"),
    6: ("six", "six", "seis"),
    7: ("seven", "sept", "siete"),
    10: ("ten", "dix", "diez"),
    12: ("twelve", "douze", "doce"),
    14: ("fourteen", "quatorze", "catorce"),
    15: ("fifteen", "quinze", "quince"),
    18: ("eighteen", "dix-huit", "dieciocho"),
    20: ("twenty", "vingt", "veinte"),
    25: ("twenty-five", "vingt-cinq", "veinticinco"),
    30: ("thirty", "trente", "treinta"),
    45: ("forty-five", "quarante-cinq", "cuarenta y cinco"),
    60: ("sixty", "soixante", "sesenta"),
    70: ("seventy", "soixante-dix", "setenta"),
    72: ("seventy-two", "soixante-douze", "setenta y dos"),
    90: ("ninety", "quatre-vingt-dix", "noventa"),
    120: ("one hundred and twenty", "cent vingt", "ciento veinte"),
}


@cache
def _word(family, language):
    return docx.Document(io.BytesIO(a_template(family, language).content))


@cache
def _paragraphs(family, language):
    """Return style and text of every paragraph of the body in reading order, those in tables too."""
    word = _word(family, language)
    paragraphs = [Paragraph(element, word) for element in word.element.body.iter(qn("w:p"))]
    return [(paragraph.style.name, paragraph.text) for paragraph in paragraphs]


def _texts(family, language):
    return [text for _, text in _paragraphs(family, language)]


def _numbers_in(text, language):
    spoken = {words[("en", "fr", "es").index(language)]: number for number, words in NUMBERS.items()}
    longest_first = "|".join(sorted(spoken, key=len, reverse=True))
    plain = TAG.sub("", text)
    written = [spoken[word.lower()] for word in re.findall(rf"(?i)\b({longest_first})\b", plain)]
    digits = [int(re.sub(r"\D", "", figure)) for figure in re.findall(r"\d[\d,\u00a0]*", plain)]
    return sorted(written + digits)


def _references_in(family, language):
    """Return, for each paragraph, which articles and annexes it names, by their place in the agreement."""
    titles = headings_of(a_template(family, language).content)
    return [
        [titles.index(quoted) for quoted in QUOTED.findall(text) if quoted in titles]
        for text in _texts(family, language)
    ]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_speaks_english_french_and_spanish(family):
    manifest = read_manifest(TEMPLATES, family)

    assert manifest.languages == ("en", "fr", "es")
    assert len(set(manifest.title.values())) == 3
    assert sorted(path.stem for path in (TEMPLATES / family).glob("*.docx")) == ["en", "es", "fr"]


@pytest.mark.parametrize(("family", "language"), TRANSLATIONS)
def test_each_paragraph_has_the_style_fields_and_conditions_of_the_english_one(family, language):
    outlines = [
        [(style, sorted(TAG.findall(text))) for style, text in _paragraphs(family, each)] for each in ("en", language)
    ]

    assert outlines[1] == outlines[0]


@pytest.mark.parametrize(("family", "language"), TRANSLATIONS)
def test_block_tags_stand_in_the_same_order(family, language):
    blocks = [
        [tag for text in _texts(family, each) for tag in TAG.findall(text) if tag.startswith("{%")]
        for each in ("en", language)
    ]

    assert blocks[1] == blocks[0]


@pytest.mark.parametrize(("family", "language"), TRANSLATIONS)
def test_no_article_annex_table_row_or_column_is_missing(family, language):
    def counts(each):
        styles = [style for style, _ in _paragraphs(family, each)]
        tables = _word(family, each).tables
        return (
            styles.count("Heading 1"),
            styles.count("Annex Heading"),
            [(len(table.rows), len(table.columns)) for table in tables],
        )

    assert counts(language) == counts("en")


@pytest.mark.parametrize(("family", "language"), TRANSLATIONS)
def test_no_paragraph_is_left_empty_in_translation(family, language):
    pairs = zip(_texts(family, "en"), _texts(family, language), strict=True)

    assert [english for english, text in pairs if bool(english.strip()) != bool(text.strip())] == []


@pytest.mark.parametrize(("family", "language"), TRANSLATIONS)
def test_periods_rates_and_sums_are_the_english_ones(family, language):
    pairs = zip(_texts(family, "en"), _texts(family, language), strict=True)

    assert [
        (english, text) for english, text in pairs if _numbers_in(english, "en") != _numbers_in(text, language)
    ] == []


@pytest.mark.parametrize(("family", "language"), TRANSLATIONS)
def test_a_reference_leads_to_the_same_article_or_annex(family, language):
    assert _references_in(family, language) == _references_in(family, "en")
    assert any(_references_in(family, language))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ("Article %1 –", "Annex %1 –")),
        ("fr", ("Article %1 –", "Annexe %1 –")),
        ("es", ("Artículo %1 –", "Anexo %1 –")),
    ],
)
def test_word_knows_the_language_it_checks_the_spelling_of(family, language, labels):
    parts = {name: part.decode() for name, part in parts_of(a_template(family, language).content).items()}

    told = re.findall(r'<w:lang w:val="(\w\w)-', "".join(parts.values()))
    assert set(told) == {language}
    assert f'<w:themeFontLang w:val="{language}-' in parts["word/settings.xml"]
    assert f"<dc:language>{language}-" in parts["docProps/core.xml"]
    assert f"<dc:title>{a_template(family, language).title}</dc:title>" in parts["docProps/core.xml"]
    assert all(f'<w:lvlText w:val="{label}"/>' in parts["word/numbering.xml"] for label in labels)


@pytest.mark.parametrize(("family", "language"), TRANSLATIONS)
def test_no_clause_of_a_translation_is_in_english(family, language):
    content = a_template(family, language).content
    lines = [*_texts(family, language), *header_and_footer_of(content).splitlines()]

    assert [line for line in lines if ENGLISH.search(TAG.sub("", line))] == []
    assert a_template(family, language).title in header_and_footer_of(content)


@pytest.mark.parametrize(("family", "language"), TRANSLATIONS)
def test_no_paragraph_is_simply_the_english_one(family, language):
    pairs = zip(_texts(family, "en"), _texts(family, language), strict=True)

    repeated = {english for english, text in pairs if english == text and re.search(r"\w", TAG.sub("", english))}
    assert repeated <= SAME[language]


@pytest.mark.parametrize("family", FAMILIES)
def test_english_would_be_found_if_it_were_there(family):
    sentences = [text for text in _texts(family, "en") if len(TAG.sub("", text)) > 60]

    assert len([text for text in sentences if ENGLISH.search(TAG.sub("", text))]) == len(sentences) > 15


@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_agreement_in_translation_has_the_shape_of_the_english_one(name, language):
    proposal, facts = an_example(name, language=language), some_facts(conditions=(a_condition(),))
    template, data = template_for(proposal), agreement_data(proposal, facts)

    filled = fill(template, data)

    prove(filled.content, template, data)
    english = an_agreement(name, facts=facts)
    shapes = [
        [(block.style, block.is_row, block.is_heading) for block in read_word(content).blocks]
        for content in (filled.content, english.content)
    ]
    assert shapes[0] == shapes[1]
    assert not LEFTOVER.search(text_of(filled.content))
    assert _english_of_ours(filled.content, proposal, facts) == []


def _english_of_ours(content, proposal, facts):
    """Return the lines with English words, once what the officer and the organisation wrote is taken out."""
    theirs = sorted(_strings_in([proposal.model_dump(mode="json"), asdict(facts)]), key=len, reverse=True)
    lines = [*text_of(content).splitlines(), *header_and_footer_of(content).splitlines()]
    for value in theirs:
        lines = [line.replace(value, "") for line in lines]
    return [line for line in lines if ENGLISH.search(line)]


def _strings_in(value):
    """Yield every text in nested data line by line, without the full stop that a sentence of ours takes over."""
    match value:
        case dict():
            yield from _strings_in(list(value.values()))
        case list() | tuple():
            for item in value:
                yield from _strings_in(item)
        case str():
            yield from (line.strip(" .,") for line in value.splitlines() if len(line) > 3)


@pytest.mark.parametrize(
    ("name", "language", "sentences"),
    [
        ("company-cash-in-kind", "fr",
         ["475\u00a0730,00\u00a0USD (quatre cent soixante-quinze mille sept cent trente dollars des",
          "travail forcé ou obligatoire", "privilèges et immunités de l’Organisation", "Norvège"]),
        ("company-cash-in-kind", "es",
         ["475\u00a0730,00\u00a0USD (cuatrocientos setenta y cinco mil setecientos treinta dólares",
          "trabajo forzoso u obligatorio", "privilegios e inmunidades de la Organización", "Noruega"]),
        ("eu-contribution", "fr",
         ["3\u00a0210\u00a0000,00\u00a0EUR (trois millions deux cent dix mille euros)", "Office européen de lutte",
          "le 1er janvier 2027 et prend fin le 31 décembre 2029 (36 mois)", "La langue de la présente convention",
          "une renonciation à l’un quelconque des privilèges ou immunités",
          "(«\u00a0l’Administration contractante\u00a0»)"]),
        ("eu-contribution", "es",
         ["3\u00a0210\u00a0000,00\u00a0EUR (tres millones doscientos diez mil euros)", "Oficina Europea de Lucha",
          "el 1 de enero de 2027 y termina el 31 de diciembre de 2029 (36 meses)", "El idioma del presente convenio",
          "una renuncia a ninguno de los privilegios o inmunidades", "(«el Órgano de Contratación»)"]),
        ("ngo-implementing", "fr",
         ["262\u00a0150\u00a0000,00\u00a0XOF", "(«\u00a0le Partenaire d’exécution\u00a0»)",
          "régi par le droit du pays suivant",
          "5\u00a0000 dollars des États-Unis", "travail forcé ou obligatoire", "S’il existe des traductions"]),
        ("ngo-implementing", "es",
         ["262\u00a0150\u00a0000,00\u00a0XOF", "(«el Asociado en la Ejecución»)", "al derecho del siguiente país",
          "5\u00a0000 dólares de los Estados Unidos", "trabajo forzoso u obligatorio", "Si existen traducciones"]),
        ("un-transfer-giving", "fr",
         ["(«\u00a0l’Organisme contributeur\u00a0»)", "(«\u00a0l’Organisme destinataire\u00a0»)",
          "au moins 70 pour cent des sommes déjà reçues", "principe de l’audit unique",
          "entre les chefs de secrétariat des Parties"]),
        ("un-transfer-receiving", "es",
         ["(«el Organismo Contribuyente»)", "(«el Organismo Receptor»)", "en un solo anticipo",
          "principio de auditoría única", "entre los jefes ejecutivos de las Partes"]),
        ("world-bank-outputs", "fr",
         ["Accord de fourniture de produits", "au moins trois mois avant la Date de clôture",
          "«\u00a0Certificat de remise\u00a0»", "n’en fait un mandataire", "Le français est la langue qui fait foi"]),
        ("world-bank-outputs", "es",
         ["Acuerdo de entrega de productos", "al menos tres meses antes de la Fecha de Cierre", "«Acta de Traspaso»",
          "dentro de los 12 meses siguientes a su traspaso", "El español es el idioma auténtico"]),
        ("world-bank-ta", "fr",
         ["un crédit portant le numéro IDA-9901-VN, signé le 12 septembre 2025", "la Banque n’est pas partie au",
          "Convention sur les privilèges et immunités des institutions spécialisées",
          "postérieur à la Date de clôture"]),
        ("world-bank-ta", "es",
         ["un crédito con el número IDA-9901-VN y fecha de firma 12 de septiembre de 2025",
          "el Banco no es parte en el", "posterior a la Fecha de Cierre",
          "Convención sobre los Privilegios e Inmunidades de los Organismos Especializados"]),
    ],
)  # fmt: skip
def test_an_agreement_speaks_french_and_spanish(name, language, sentences):
    text = text_of(an_agreement(name, language=language).content)

    for sentence in sentences:
        assert sentence in text
