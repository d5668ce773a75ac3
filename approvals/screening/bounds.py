"""Which names cannot be alike enough: found in a fraction of what comparing them costs.

Nearly all names that a list offers for a name fall far short of an alert, and comparing them word by word is what a
search would spend its time on. What is said here of two names is never less than what `compare` makes of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from approvals.casework.policy.screening import NameRule
from approvals.screening.comparing import (
    ALIKE_BUT_SHORTER,
    ENOUGH_BESIDE_OTHERS,
    ENOUGH_IN_COMMON,
    NOTICEABLE,
    against,
    have_other_forms,
    likeness_for,
    one_leaves_words_out,
    spelling,
    without_damaged_forms,
)
from approvals.screening.names import FoldedName
from approvals.screening.words import Likeness, parted_alike, tells

ROUNDING = 1e-9
"""Sums that differ by less are equal: what is added in another order may differ in its last digit."""


def may_reach(least: float, asked: FoldedName, listed: FoldedName, rule: NameRule) -> bool:
    """Tell whether `compare` could give two names `least` or more; False only if it surely gives them less."""
    left = most_by_spelling(asked, listed, rule)
    if left >= least - ROUNDING > 0:
        for lost in least_lost_by_words(asked, listed, rule):
            left -= lost
            if left < least - ROUNDING:
                return False
    return left >= least - ROUNDING


def most_by_spelling(asked: FoldedName, listed: FoldedName, rule: NameRule) -> float:
    """Return the most that `compare` could give two names of whose words nothing is known."""
    alike = spelling(asked, listed)
    if alike < ALIKE_BUT_SHORTER and one_leaves_words_out(asked, listed):
        alike = ALIKE_BUT_SHORTER
    return 1 - _noticed(rule.spelling * (1 - alike))


def least_lost_by_words(asked: FoldedName, listed: FoldedName, rule: NameRule) -> Iterator[float]:
    """Yield what `compare` takes off two names at least beside what their spelling costs, what is likely most first.

    A word without any like it on the other side is lonely, and surely left without a partner. How alike the others
    are is not asked. Names in characters are compared otherwise: of them nothing is known.
    """
    if asked.characters or listed.characters or asked.whole == listed.whole:
        return
    shared, ours, theirs = _without_equal(*_parted_alike(asked, listed))
    our_lonely, their_lonely = _lonely(ours, theirs, likeness_for(asked, listed))
    our_missing = without_damaged_forms(our_lonely, asked, listed)
    their_missing = without_damaged_forms(their_lonely, listed, asked)
    yield _noticed(rule.word_against_word * against(our_missing, their_missing, forgiving=True))
    yield _noticed(rule.another_legal_form * have_other_forms(asked, listed))
    told = _told(shared) + min(_told(ours) - _told(our_lonely), _told(theirs) - _told(their_lonely))
    enough = ENOUGH_BESIDE_OTHERS if our_missing or their_missing else ENOUGH_IN_COMMON
    yield _noticed(rule.little_in_common * max(0.0, 1 - told / enough))


def _parted_alike(asked: FoldedName, listed: FoldedName) -> tuple[Sequence[str], Sequence[str]]:
    ours, theirs = asked.stretches, listed.stretches
    if ours.may_join_like(theirs) or theirs.may_join_like(ours):
        return parted_alike(asked.words, listed.words)
    return asked.words, listed.words


def _without_equal(ours: Sequence[str], theirs: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Return the words that both have, which are always partners, and those left of ours and of theirs."""
    shared, our_rest, their_rest = list[str](), list[str](), list(theirs)
    for word in ours:
        if word in their_rest:
            their_rest.remove(word)
            shared.append(word)
        else:
            our_rest.append(word)
    return shared, our_rest, their_rest


def _lonely(ours: Sequence[str], theirs: Sequence[str], likeness: Likeness) -> tuple[list[str], list[str]]:
    """Return the words on each side that are like none on the other."""
    alike = [(i, j) for i, one in enumerate(ours) for j, other in enumerate(theirs) if likeness(one, other)]
    if not alike:
        return list(ours), list(theirs)
    liked, liking = {i for i, _ in alike}, {j for _, j in alike}
    return (
        [word for i, word in enumerate(ours) if i not in liked],
        [word for j, word in enumerate(theirs) if j not in liking],
    )


def _told(words: Sequence[str]) -> float:
    return sum(map(tells, words))


def _noticed(lost: float) -> float:
    """Return `lost`, or zero if it is too little for a line of the explanation."""
    return lost if lost > NOTICEABLE + ROUNDING else 0.0
