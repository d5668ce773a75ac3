"""Templates and manifests are checked when they are loaded."""

import pytest

from approvals.documents.template import choose_family, families, load_template, read_manifest
from approvals.errors import TemplateError
from models.case import AgreementForm, Funds
from models.partner import PartnerKind
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


@pytest.mark.parametrize(
    ("kind", "funds", "family"),
    [
        (PartnerKind.EUROPEAN_UNION, Funds.RECEIVING, "eu_contribution"),
        (PartnerKind.COMPANY, Funds.RECEIVING, "private_partnership"),
        (PartnerKind.FOUNDATION, Funds.NONE, "private_partnership"),
        (PartnerKind.NGO, Funds.GIVING, "ngo_implementing"),
        (PartnerKind.UN_AGENCY, Funds.GIVING, "un_transfer"),
        (PartnerKind.UN_AGENCY, Funds.RECEIVING, "un_transfer"),
    ],
)
def test_the_family_follows_from_kind_and_direction_of_funds(kind, funds, family):
    assert choose_family(TEMPLATES, kind=kind, funds=funds) == family


@pytest.mark.parametrize(
    ("form", "family"),
    [(AgreementForm.TECHNICAL_ASSISTANCE, "world_bank_ta"), (AgreementForm.OUTPUTS, "world_bank_outputs")],
)
def test_the_world_bank_has_one_family_for_advice_and_one_for_outputs(form, family):
    assert choose_family(TEMPLATES, kind=PartnerKind.WORLD_BANK, funds=Funds.RECEIVING, form=form) == family


@pytest.mark.parametrize("form", [None, *AgreementForm])
@pytest.mark.parametrize("funds", Funds)
@pytest.mark.parametrize("kind", PartnerKind)
def test_at_most_one_family_fits(kind, funds, form):
    fitting = [
        family
        for family in families(TEMPLATES)
        if read_manifest(TEMPLATES, family).purpose.fits(kind=kind, funds=funds, form=form)
    ]

    assert len(fitting) <= 1


def test_a_partner_no_template_is_made_for_is_said_so():
    with pytest.raises(TemplateError, match="No agreement template is made for a partner of kind «government»"):
        choose_family(TEMPLATES, kind=PartnerKind.GOVERNMENT, funds=Funds.NONE)


def test_an_unknown_family_is_told_which_exist():
    with pytest.raises(TemplateError, match=r"eu_contribution, ngo_implementing, private_partnership"):
        load_template(TEMPLATES, "mou", "en")


def test_a_family_cannot_lead_out_of_the_folder():
    with pytest.raises(TemplateError, match="There is no agreement template"):
        load_template(TEMPLATES, "../agreements/ngo_implementing", "en")


def test_an_unknown_language_is_told_which_exist():
    with pytest.raises(TemplateError, match=r"does not exist in «de», only in: en"):
        load_template(TEMPLATES, "eu_contribution", "de")


def _spoiled(tmp_path, change, part=BODY):
    folder = copy_of("ngo_implementing", tmp_path)
    path = folder / "ngo_implementing" / "en.docx"
    path.write_bytes(changed(path.read_bytes(), part, change))
    return folder


def _paragraph(text):
    return lambda xml: xml.replace("<w:sectPr>", f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p><w:sectPr>", 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ partner.shoe_size }}", r"uses the field «partner\.shoe_size», which manifest.yaml does not declare"),
        ("{{ budget[0].amount }}", "not allowed|kind «Getitem»"),
        ("{{ ''.__class__ }}", "not allowed|kind"),
        ("{{ partner.__class__ }}", "not allowed"),
        ("{{ partner.legal_name.upper() }}", "kind «Call»"),
        ("{{ partner.legal_name | upper }}", "kind «Filter»"),
        ("{% set x = 1 %}", "kind «Assign»"),
        ("{% if partner.parent %}never closed", "cannot be read"),
        ("{{ partner.legal_name", "cannot be read"),
        ("{% for partner in budget %}{{ partner.shoe_size }}{% endfor %}", r"budget\[\]\.shoe_size"),
        ("Text beside {%p if money %}", "stands beside"),
    ],
)
def test_a_tag_that_could_not_be_filled_is_refused(tmp_path, text, said):
    folder = _spoiled(tmp_path, _paragraph(text))

    with pytest.raises(TemplateError, match=said) as refused:
        load_template(folder, "ngo_implementing", "en")

    assert "en.docx" in str(refused.value)


def test_a_block_that_opens_in_one_paragraph_and_closes_in_another_is_refused(tmp_path):
    crossed = "{% if money %}</w:t></w:r></w:p><w:p><w:r><w:t>{% endif %}"

    with pytest.raises(TemplateError, match="put both at the same level"):
        load_template(_spoiled(tmp_path, _paragraph(crossed)), "ngo_implementing", "en")


def test_tags_in_the_header_are_checked_too(tmp_path):
    folder = _spoiled(tmp_path, lambda xml: xml.replace("agreement.reference", "agreement.colour"), HEADER)

    with pytest.raises(TemplateError, match=r"agreement\.colour"):
        load_template(folder, "ngo_implementing", "en")


def test_a_tag_in_a_property_would_stay_and_is_refused(tmp_path):
    folder = _spoiled(
        tmp_path, lambda xml: xml.replace("Implementation Agreement", "{{ project.title }}"), "docProps/core.xml"
    )

    with pytest.raises(TemplateError, match=r"docProps/core\.xml, where tags are not filled"):
        load_template(folder, "ngo_implementing", "en")


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
         r"never uses the field «partner\.hat»; add it in Word or remove it from manifest\.yaml"),
        ("type: amount", "type: number of sheep", r"fields\.\d+\.type"),
        ("owner: Office of the Legal Adviser\n", "", "`owner`: Field required"),
        ("languages: [en", "languages: [en, nl", r"languages\.\d"),
        ("family: ngo_implementing", "family: ngo", "`family` is «ngo», but the folder is «ngo_implementing»"),
        ("when: in_kind\n", "when: in_mind\n", "names «in_mind», which is no field here"),
        ("title:\n", "title: [\n", "not readable YAML"),
        ("  en: Implementation Agreement", "  de: Vertrag", "`title` needs exactly one title"),
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

    with pytest.raises(TemplateError, match="cannot be used as a template: The file was refused"):
        load_template(folder, "ngo_implementing", "en")
