"""What was sent under a key is done once, and never a second time when nobody knows whether it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from approvals.errors import WrongStage
from approvals.rehearsal import People
from approvals.services.given_answers import KEPT_FOR, GivenAnswer, Sending, begin, keep, let_go
from approvals.store.engine import Store

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)


def test_a_key_is_taken_answered_let_go_and_forgotten(store: Store, people: People) -> None:
    sending = Sending(people.named("rosa.quispe@example.org").id or 0, "k", "a" * 64)
    answer = GivenAnswer(201, {"number": 1}, "/there")

    assert begin(store, sending, now=NOW) is None
    with pytest.raises(WrongStage, match="nobody knows whether it was"):
        begin(store, sending, now=NOW)
    let_go(store, sending, now=NOW)
    assert begin(store, sending, now=NOW) is None
    keep(store, sending, answer, now=NOW)
    assert begin(store, sending, now=NOW) == answer
    with pytest.raises(WrongStage, match="Something else was sent"):
        begin(store, Sending(sending.user_id, "k", "b" * 64), now=NOW)
    assert begin(store, sending, now=NOW + KEPT_FOR + timedelta(minutes=1)) is None
