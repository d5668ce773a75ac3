"""Keys name the rules of one file; each names one rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator


def repeated(place: str, keys: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for every key that stands more than once in `keys`, in alphabetical order."""
    for key, times in sorted(Counter(keys).items()):
        if times > 1:
            yield f"{place}: «{key}» is given {times} times"
