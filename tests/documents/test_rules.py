"""Rules across fields: each shipped one is broken once, each kind is read from data, and a faulty rule is told."""

from datetime import date
from decimal import Decimal

import pytest

from approvals.casework.policy import read_policy
from approvals.documents.facts import Facts, kind_at
from approvals.documents.fields import agreement_data
from approvals.documents.manifest import manifest_in
from approvals.documents.rules import broken_rules
from approvals.documents.template import families, read_manifest
from approvals.errors import FaultyTemplate
from approvals.settings import Settings
from models.case import AgreementForm
from tests.documents.agreements import EXAMPLES, TEMPLATES, an_example, some_facts, template_for

LIMITS = read_policy(Settings().policy_folder).organisation.money
EXAMPLE_OF = {
    "private_partnership": "company-cash-in-kind",
    "ngo_implementing": "ngo-implementing",
    "eu_contribution": "eu-contribution",
    "world_bank_ta": "world-bank-ta",
    "world_bank_outputs": "world-bank-outputs",
    "un_transfer": "un-transfer-giving",
}
SHIPPED = [(family, rule.id) for family in families(TEMPLATES) for rule in read_manifest(TEMPLATES, family).rules]


def with_facts(whole, **changes):
    """Return the proposal with facts changed by their path; lists change in every line. Nothing is checked."""
    for path, value in changes.items():
        whole = _changed(whole, path.split("."), value)
    return whole


def _changed(whole, steps, value):
    name, *rest = steps
    here = getattr(whole, name)
    if rest:
        value = (
            tuple(_changed(one, rest, value) for one in here)
            if isinstance(here, tuple)
            else _changed(here, rest, value)
        )
    return whole.model_copy(update={name: value})


def facts_of(proposal, *, printed=None, **limits):
    return Facts(proposal=proposal, limits=LIMITS.model_copy(update=limits), printed=printed)


def broken(family, proposal, **more):
    return broken_rules(read_manifest(TEMPLATES, family).rules, facts_of(proposal, **more))


EVERYWHERE = {
    "dates_in_order": {"activities.due_on": date(2099, 1, 1)},
    "budget_makes_contribution": {"money.budget.amount": Decimal("1.00"), "money.support_rate": Decimal(0)},
    "instalments_make_contribution": {"money.instalments.amount": Decimal("1.00")},
}
BREAKS = {
    **{(family, name): changes for family in EXAMPLE_OF for name, changes in EVERYWHERE.items()},
    ("eu_contribution", "indirect_cost_ceiling"): {"money.support_rate": Decimal("7.01")},
    ("world_bank_ta", "completed_by_closing"): {"world_bank.closing_on": date(2029, 5, 30)},
    ("world_bank_ta", "advice_has_no_outputs"): {"world_bank.includes_works": True},
    ("world_bank_ta", "form_is_for_advice"): {"world_bank.form": "outputs"},
    ("world_bank_outputs", "completed_by_closing"): {"world_bank.closing_on": date(2028, 11, 29)},
    ("world_bank_outputs", "outputs_before_closing"): {"world_bank.closing_on": date(2029, 2, 27)},
    ("world_bank_outputs", "financing_signed_first"): {"world_bank.financing_signed_on": date(2029, 1, 1)},
    ("world_bank_outputs", "paid_by_closing"): {"world_bank.closing_on": date(2027, 1, 1)},
    ("world_bank_outputs", "outputs_are_listed"): {"world_bank.outputs": ()},
    ("world_bank_outputs", "form_is_for_outputs"): {"world_bank.form": "technical_assistance"},
    ("un_transfer", "not_in_a_joint_programme"): {"un.in_joint_programme": True},
    ("un_transfer", "first_instalment"): {"money.instalments.amount": Decimal(900_000)},
    ("world_bank_ta", "financing_signed_first"): {"world_bank.financing_signed_on": date(2027, 1, 1)},
    ("world_bank_ta", "paid_by_closing"): {"world_bank.closing_on": date(2029, 4, 1)},
}  # fmt: skip
OTHERWISE = {"support_costs_follow_rate", "words_equal_figure"}
"""Rules on what is reckoned or printed: a changed proposal alone cannot break them."""


def test_every_shipped_rule_is_broken_by_some_test():
    assert {(family, name) for family, name in SHIPPED if name not in OTHERWISE} == set(BREAKS)


@pytest.mark.parametrize(("family", "name"), BREAKS, ids=lambda value: value)
def test_a_broken_rule_names_itself_its_fields_and_its_source(family, name):
    rule = next(rule for rule in read_manifest(TEMPLATES, family).rules if rule.id == name)
    proposal = with_facts(an_example(EXAMPLE_OF[family]), **BREAKS[family, name])

    (fault,) = [fault for fault in broken(family, proposal) if f"rule «{name}»" in fault.message]

    assert fault.path == rule.fields[0]
    assert all(field in fault.message for field in rule.fields)
    assert rule.source in fault.message
    assert "{" not in fault.message


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_keep_every_rule_as_written_and_as_printed(name):
    proposal = an_example(name)

    printed = agreement_data(proposal, some_facts())

    assert broken_rules(template_for(proposal).rules, facts_of(proposal, printed=printed)) == []


@pytest.mark.parametrize("family", EXAMPLE_OF)
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_words_that_say_another_figure_or_another_language_are_found(family, language):
    proposal = an_example(EXAMPLE_OF[family], language=language)
    others = {"en": "dix euros", "fr": "ten euros", "es": "ten euros"}
    printed = {"money": {"contribution_in_words": others[language]}}

    (fault,) = broken(family, proposal, printed=printed)

    assert "rule «words_equal_figure»" in fault.message
    assert broken(family, proposal) == []


def test_support_costs_are_rounded_half_up_to_the_cent():
    money = an_example("company-cash-in-kind").money
    odd = with_facts(money, **{"support_rate": Decimal("13"), "budget.amount": Decimal("0.50")})

    share = Decimal("0.50") * len(money.budget) * 13 / 100

    assert odd.support_costs == share.quantize(Decimal("0.01"), "ROUND_HALF_UP")


@pytest.mark.parametrize("family", EXAMPLE_OF)
def test_support_costs_that_are_not_their_rate_are_found(family):
    class Rounded:
        """A proposal whose support costs somebody reckoned otherwise."""

        language = "en"
        project = activities = eu = None
        un = type("Un", (), {"in_joint_programme": False})
        world_bank = type("Bank", (), {
            "form": "none", "outputs": (type("Output", (), {"title": "A school"}),), "includes_works": False,
            "closing_on": None, "financing_signed_on": None,
        })  # fmt: skip
        currency = "USD"
        money = type("Money", (), {
            "support_costs": Decimal("13.01"), "support_rate": Decimal(13), "direct_costs": Decimal(100),
            "budget": (), "instalments": (), "contribution": None, "currency": "USD",
        })  # fmt: skip

    first, *_ = broken(family, Rounded())

    assert "rule «support_costs_follow_rate»" in first.message


def test_outputs_completed_three_months_before_closing_are_accepted():
    proposal = with_facts(an_example("world-bank-outputs"), **{"world_bank.closing_on": date(2029, 2, 28)})

    assert broken("world_bank_outputs", proposal) == []


SMALL_TRANSFER = "un-transfer-receiving"


def _paid(*amounts):
    """Return the small transfer, paid in these instalments, two months apart."""
    proposal = an_example(SMALL_TRANSFER)
    part = proposal.money.instalments[0]
    parts = tuple(
        part.model_copy(update={"amount": Decimal(amount), "due_on": date(2027, 2 + 2 * n, 1)})
        for n, amount in enumerate(amounts)
    )
    return with_facts(proposal, **{"money.instalments": ()}).model_copy(
        update={"money": proposal.money.model_copy(update={"instalments": parts})}
    )


@pytest.mark.parametrize(
    ("proposal", "is_refused", "why"),
    [
        (an_example("un-transfer-giving"), False, "80 per cent at first"),
        (an_example(SMALL_TRANSFER), False, "small and short: at once"),
        (with_facts(an_example(SMALL_TRANSFER), **{"project.end_on": date(2028, 1, 31)}), False, "short of a year"),
        (with_facts(an_example(SMALL_TRANSFER), **{"project.end_on": date(2028, 2, 1)}), True, "a year"),
        (with_facts(_paid("51360", "12840"), **{"project.end_on": date(2028, 2, 1)}), False, "80 per cent"),
        (with_facts(_paid("51361", "12839"), **{"project.end_on": date(2028, 2, 1)}), True, "over 80 per cent"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_transfer_that_is_large_or_long_is_not_paid_at_once(proposal, is_refused, why):
    told = "\n".join(map(str, broken("un_transfer", proposal)))

    assert ("at most 80 per cent, unless the transfer is below USD 100000 and 12 months" in told) is is_refused


def test_the_limit_of_one_advance_is_held_against_us_dollars():
    (fault,) = broken("un_transfer", an_example(SMALL_TRANSFER), usd_rates={"USD": Decimal(2)})

    assert "rule «first_instalment»" in fault.message


def test_a_limit_is_the_policy_s_and_is_told_with_its_figure():
    proposal = an_example("eu-contribution")

    (fault,) = broken("eu_contribution", proposal, max_support_rates={"european_union": Decimal("6.50")})

    assert fault.path == "money.support_rate"
    assert "pays at most 6.5 per cent" in fault.message


def test_a_limit_that_policy_leaves_out_is_not_checked():
    proposal = with_facts(an_example("world-bank-outputs"), **BREAKS["world_bank_outputs", "outputs_before_closing"])

    assert broken("world_bank_outputs", proposal, world_bank_outputs_months_before_closing=None) == []


def test_a_fact_that_was_not_given_breaks_nothing():
    proposal = with_facts(an_example("foundation"), money=None, world_bank=None)

    assert broken("world_bank_ta", proposal) == []


# The rules themselves


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("project.end_on", date),
        ("money.budget[].amount", Decimal),
        ("money.total_cost", Decimal),
        ("money.direct_costs", Decimal),
        ("world_bank.form", AgreementForm),
        ("personal_data", bool),
        ("policy.max_support_rates.european_union", Decimal),
        ("policy.world_bank_outputs_months_before_closing", int),
        ("policy.max_support_rates.martians", None),
        ("money.budget.amount", None),
        ("project[].end_on", None),
        ("project.end", None),
        ("project.end_on.year", None),
    ],
)
def test_the_type_of_a_fact_is_known(path, kind):
    assert kind_at(path) is kind


def a_manifest(rule):
    text = (TEMPLATES / "eu_contribution" / "manifest.yaml").read_text()
    return text.replace("rules:\n", f"rules:\n  - {{{rule}, sentence: So it is., source: Nobody}}\n", 1)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("id: a, kind: in_order, dates: [project.start_on, project.finished]", "rules: a: names «project.finished»"),
        ("id: a, kind: in_order, dates: [project.start_on, money.contribution]",
         "«money.contribution» is an amount or rate, where a date is needed"),
        ("id: a, kind: in_order, dates: [project.start_on]", "dates: "),
        ("id: a, kind: at_most, value: money.support_rate, limit: policy.max_rate", "names «policy.max_rate»"),
        ("id: a, kind: at_most, value: project.title, limit: 7", "«project.title» is a text, where an amount"),
        ("id: a, kind: at_most, when: {partner.mood: sad}, value: money.support_rate, limit: 7", "«partner.mood»"),
        ("id: a, kind: months_before, date: project.end_on, months: policy.max_support_rates.ngo, before: eu.closing",
         "is an amount or rate, where a whole number is needed"),
        ("id: indirect_cost_ceiling, kind: at_most, value: money.support_rate, limit: 7", "is the name of two rules"),
        ("id: a, kind: in_words, words: money.words, figure: money.contribution, currency: money.currency",
         "looks at the words «money.words», which is no field here"),
        ("id: a, kind: whatever", "is of no kind we know; its `kind` may be 'in_order', 'sums_to'"),
        ("id: A b, kind: at_most, value: money.support_rate, limit: 7", "small letters, digits and _"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_followed_is_told_when_the_manifest_is_read(rule, said):
    with pytest.raises(FaultyTemplate, match="manifest cannot be used") as refused:
        manifest_in(a_manifest(rule), name="manifest")

    assert said in str(refused.value), str(refused.value)


def test_a_field_named_as_what_a_tag_would_find_first_is_refused():
    manifest = a_manifest("id: a, kind: at_most, value: money.support_rate, limit: 7").replace(
        "path: project.title", "path: project.items"
    )
    assert "project.items" in manifest

    with pytest.raises(FaultyTemplate, match="«items» means something else in a tag"):
        manifest_in(manifest, name="manifest")
