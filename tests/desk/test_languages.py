"""The desk speaks the reader's language, and no page hides a text from the translators."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from approvals.desk.languages import OWN_NAMES, chosen, read_languages
from approvals.settings import CHECKOUT, Settings
from tests.desk.conftest import OFFICER
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.desk.visiting import TheDesk

SETTINGS = Settings()
PAGES = sorted((SETTINGS.page_folder / "desk").rglob("*.jinja"))


@pytest.mark.parametrize(
    ("asked", "accepted", "expected"),
    [
        ("fr", "es", "fr"),  # what was asked for counts more than the browser
        (None, "es-PE,es;q=0.9,en;q=0.8", "es"),
        (None, "de,zh-Hans;q=0.3,fr;q=0.7", "fr"),  # the best of those we speak
        (None, "zh-CN", "zh"),
        (None, "de", "en"),
        ("tlh", ";;q=x,,", "en"),  # nonsense is passed over
    ],
)
def test_the_reader_gets_a_language_they_read(asked: str | None, accepted: str, expected: str) -> None:
    languages = read_languages(SETTINGS.translation_folder)

    assert chosen(languages, asked=asked, accepted=accepted).tag == expected


def test_the_chosen_language_stays(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    page = officer.opens("/")

    officer.client.post("/language", data={"language": "fr", "next": "/help"})

    assert page.tree.get("lang") == "en"
    assert officer.opens("/").tree.get("lang") == "fr"


@pytest.mark.parametrize("address", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"])
def test_choosing_a_language_leads_nobody_away(desk: TheDesk, address: str) -> None:
    visitor = desk.stranger()

    answer = visitor.client.post("/language", data={"language": "es", "next": address}, follow_redirects=False)

    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("address", ["/nowhere", "/sign-in", "/precheck", "/search?q=x"])
def test_no_page_has_hard_coded_text(desk: TheDesk, address: str) -> None:
    stranger = speak_pseudo(desk).stranger()

    assert hard_coded(stranger.glances(address)) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_template_hands_words_to_a_macro_untranslated(path: Path) -> None:
    tree = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"]).parse(path.read_text(encoding="utf-8"))

    assert [text for call in tree.find_all(nodes.Call) for text in _words_given(call)] == []


def _words_given(call: nodes.Call) -> list[str]:
    if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext", "pgettext"):
        return []
    given = [*call.args, *(keyword.value for keyword in call.kwargs)]
    texts = [str(one.value) for one in given if isinstance(one, nodes.Const) and isinstance(one.value, str)]
    return [text for text in texts if re.search(r"[A-Z][a-z]|[a-z] [a-z]", text)]


def test_the_translators_get_the_texts_of_pages_and_the_words_of_the_house(tmp_path: Path) -> None:
    texts = tmp_path / "desk.pot"

    subprocess.run(
        [Path(sys.executable).with_name("pybabel"), "-q", "extract", "-F", "pyproject.toml", "-k", "marked",
         "-o", texts, "."],
        cwd=CHECKOUT, check=True,
    )  # fmt: skip

    with texts.open("rb") as written:
        catalog = read_po(written)
    assert {"My work", "legal review", "workers' bureau", "submitted the proposal"} <= {one.id for one in catalog}


def test_a_translation_is_used_as_soon_as_it_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "desk.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
                                    'msgid "My work"\nmsgstr "Mon travail"\n', encoding="utf-8")  # fmt: skip

    texts = read_languages(tmp_path)["fr"].texts

    assert texts.gettext("My work") == "Mon travail"
    assert texts.gettext("Not yet translated") == "Not yet translated"


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("fr", "Il n’existe pas de dossier PA-2026-9999 que vous puissiez voir\xa0;"),
        ("es", "No hay ningún expediente PA-2026-9999 que usted pueda ver;"),
        ("zh", "没有您可查看的案卷 PA-2026-9999；"),
    ],
)
def test_a_refusal_is_said_in_the_readers_language(desk: TheDesk, tag: str, said: str) -> None:
    officer = desk.visited_by(OFFICER)
    officer.client.post("/language", data={"language": tag, "next": "/"})

    page = officer.glances("/cases/PA-2026-9999")

    [sentence] = page.xpath("//main//p[contains(@class, 'lead')]")
    assert (page.get("lang"), sentence.get("lang")) == (tag, tag)
    assert sentence.text.startswith(said)


def test_a_fault_at_a_field_is_said_in_the_readers_language(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER, language="fr")

    page = officer.sends(
        officer.opens("/account"), "/account/tokens", {"name": "", "scope": "read", "days": "30"}, status=422
    )

    assert page.says("caractères au plus à quoi sert le jeton")


def test_every_language_is_offered_by_its_own_name(desk: TheDesk) -> None:
    buttons = desk.stranger().opens("/help").tree.xpath("//button[@name='language']")

    assert {button.get("value"): button.text for button in buttons} == OWN_NAMES
