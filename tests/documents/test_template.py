"""Templates and manifests are checked when they are loaded."""

import pytest

from approvals.documents.template import load_template
from approvals.errors import FaultyTemplate, TemplateError
from tests.documents.agreements import TEMPLATES, copy_of
from tests.word import changed, schema_faults

SHIPPED = [(path.parent.name, path.stem) for path in sorted(TEMPLATES.glob("*/*.docx"))]
BODY, HEADER = "word/document.xml", "word/header1.xml"


@pytest.mark.parametrize(("family", "language"), SHIPPED)
def test_every_shipped_template_loads_and_is_valid_word(family, language, tmp_path):
    template = load_template(TEMPLATES, family, language)

    assert (template.family, template.language) == (family, language)
    assert len(template.sha256) == 64
    assert schema_faults(template.content, tmp_path) == []


def test_an_unknown_family_is_told_which_exist():
    with pytest.raises(TemplateError, match=r"eu_contribution, ngo_implementing, private_partnership"):
        load_template(TEMPLATES, "mou", "en")


def test_a_family_cannot_lead_out_of_the_folder():
    with pytest.raises(TemplateError, match="There is no agreement template"):
        load_template(TEMPLATES, "../agreements/ngo_implementing", "en")


def test_an_unknown_language_is_told_which_exist():
    with pytest.raises(TemplateError, match=r"does not exist in «de», only in: en"):
        load_template(TEMPLATES, "eu_contribution", "de")


def test_all_faults_of_a_template_are_told_at_once(tmp_path):
    folder = copy_of("ngo_implementing", tmp_path)
    path = folder / "ngo_implementing" / "en.docx"
    spoiled = changed(path.read_bytes(), BODY, lambda xml: xml.replace("partner.legal_form", "partner.legal_from"))
    path.write_bytes(changed(spoiled, HEADER, lambda xml: xml.replace("agreement.reference", "agreement.colour")))

    with pytest.raises(FaultyTemplate, match=r"en\.docx cannot be used as a template") as refused:
        load_template(folder, "ngo_implementing", "en")

    assert [(fault.path, fault.message[:44]) for fault in refused.value.faults] == [
        ("the beginning", "uses the field «partner.legal_from», which t"),
        ("header", "uses the field «agreement.colour», which the"),
        ("the whole file", "never uses the field «partner.legal_form»; a"),
    ]


def _with_manifest(tmp_path, change):
    folder = copy_of("ngo_implementing", tmp_path)
    path = folder / "ngo_implementing" / "manifest.yaml"
    before = path.read_text()
    path.write_text(change(before))
    assert path.read_text() != before
    return folder


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("fields:\n", "fields:\n  - {path: partner.hat, type: text, required: false, meaning: Hat, example: A}\n",
         r"never uses the field «partner\.hat»; add it in Word or remove it from the manifest"),
        ("type: amount", "type: number of sheep", r"fields\[\d+\]\.type"),
        ("owner: Office of the Legal Adviser\n", "", "owner: is missing"),
        ("languages: [en", "languages: [en, nl", r"languages\[2\]"),
        ("family: ngo_implementing", "family: ngo", "family: is «ngo», but the folder is «ngo_implementing»"),
        ("when: in_kind\n", "when: in_mind\n", "names «in_mind», which is no field here"),
        ("title:\n", "title: [\n", "not readable YAML"),
        ("  en: Implementation Agreement", "  de: Vertrag", "title: needs exactly one for each"),
    ],
)  # fmt: skip
def test_a_manifest_fault_names_file_and_field(tmp_path, old, new, said):
    folder = _with_manifest(tmp_path, lambda text: text.replace(old, new, 1))

    with pytest.raises(TemplateError, match=said) as refused:
        load_template(folder, "ngo_implementing", "en")

    assert "ngo_implementing/" in str(refused.value)


def test_a_language_without_its_file_is_refused(tmp_path):
    folder = copy_of("ngo_implementing", tmp_path)
    (folder / "ngo_implementing" / "en.docx").unlink()

    with pytest.raises(TemplateError, match="is missing; add it"):
        load_template(folder, "ngo_implementing", "en")


def test_a_file_that_is_not_word_is_refused_as_a_template(tmp_path):
    folder = copy_of("ngo_implementing", tmp_path)
    (folder / "ngo_implementing" / "en.docx").write_bytes(b"Dear Sir,")

    with pytest.raises(TemplateError, match=r"cannot be used as a template\.\n  the file: The file was refused"):
        load_template(folder, "ngo_implementing", "en")
