"""What a bilingual copy says of itself, in the languages of our agreements."""

from __future__ import annotations

import re
from dataclasses import dataclass

from approvals.documents.words import Language

Languages = tuple[Language, Language]
"""That of the authentic text, and that of the translation beside it."""


@dataclass(frozen=True, kw_only=True)
class CopyOf:
    """What a copy says of the version it was made of."""

    reference: str
    version: int
    title: str
    organisation: str
    dated: str  #: day of the version, as 2026-11-02
    sha256: str  #: digest of the authentic Word file


TAGS: dict[Language, str] = {"en": "en-GB", "fr": "fr-FR", "es": "es-ES"}
OWN_NAME = {"en": "English", "fr": "Français", "es": "Español"}
_NAMES = {  # of each language in each language, as they stand in the sentences below
    "en": {"en": "English", "fr": "French", "es": "Spanish"},
    "fr": {"en": "anglais", "fr": "français", "es": "espagnol"},
    "es": {"en": "inglés", "fr": "francés", "es": "español"},
}
AUTHENTIC = {"en": "authentic text", "fr": "texte faisant foi", "es": "texto auténtico"}
TRANSLATION = {"en": "translation", "fr": "traduction", "es": "traducción"}
IN_SHORT = {
    "en": "Reading copy, authentic text: {authentic}",
    "fr": "Copie de lecture, texte faisant foi : {authentic}",
    "es": "Copia de lectura, texto auténtico: {authentic}",
}
NOTICE = {
    "en": "Reading copy, not for signature. Only the {authentic} text is authentic; the {translated} text beside it "
    "is a translation. In tables the translation stands below, in italics. What was entered for this partnership, "
    "such as titles and activities, stands as it was written.",
    "fr": "Copie de lecture, non destinée à la signature. Seul le texte {authentic} fait foi ; le texte {translated} "
    "placé en regard est une traduction. Dans les tableaux, la traduction figure au-dessous, en italique. Ce qui a "
    "été saisi pour ce partenariat, comme les titres et les activités, figure tel qu’il a été rédigé.",
    "es": "Copia de lectura, no destinada a la firma. Solo el texto {authentic} es auténtico; el texto {translated} "
    "que figura al lado es una traducción. En los cuadros, la traducción figura debajo, en cursiva. Lo consignado "
    "para esta asociación, como los títulos y las actividades, figura tal como fue escrito.",
}
NOTE_ON_LANGUAGE = {
    "en": "[In the authentic text: {authentic}.]",
    "fr": "[Dans le texte faisant foi : {authentic}.]",
    "es": "[En el texto auténtico: {authentic}.]",
}


def sentence(sentences: dict[str, str], reader: Language, languages: Languages) -> str:
    """Return one of `sentences` for readers of `reader`, naming the two languages of the copy."""
    authentic, translated = (_NAMES[reader][language] for language in languages)
    return sentences[reader].format(authentic=authentic, translated=translated)


def each_names_its_own(texts: tuple[str, str], languages: Languages) -> bool:
    """The two texts differ in truth: each says that the agreement is in its own language."""
    return all(
        re.search(rf"\b{_NAMES[language][language]}e?\b", text, re.IGNORECASE)
        for language, text in zip(languages, texts, strict=True)
    )
