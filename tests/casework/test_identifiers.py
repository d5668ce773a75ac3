"""Numbers of organisations: what can be one and what cannot."""

from __future__ import annotations

import pytest

from approvals.casework.identifiers import what_is_wrong, written
from models.partner import IdentifierKind

REAL = "5493001KJTIIGC8Y1R12"
"""The example of an LEI that its standard body uses."""


def test_an_lei_is_kept_in_capitals_without_spaces() -> None:
    assert written(IdentifierKind.LEI, " 5493 001k jtii gc8y 1r12 ") == REAL
    assert what_is_wrong(IdentifierKind.LEI, REAL, None) == ""


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (REAL[:-1] + "3", "check digits"),
        (REAL.replace("KJ", "JK"), "check digits"),
        (REAL[:-1], "18 letters or digits"),
        ("549300/KJTIIGC8Y1R12", "18 letters or digits"),
        ("", "is empty"),
    ],
    ids=["a wrong digit", "two letters turned round", "too short", "a strange sign", "empty"],
)
def test_a_slip_of_the_pen_in_an_lei_is_found(value: str, why: str) -> None:
    assert why in what_is_wrong(IdentifierKind.LEI, value, None)


def test_a_number_of_a_national_register_needs_its_country() -> None:
    assert "country" in what_is_wrong(IdentifierKind.REGISTRATION, "123", None)
    assert what_is_wrong(IdentifierKind.REGISTRATION, "123", "NO") == ""
