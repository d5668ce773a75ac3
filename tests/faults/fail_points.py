"""Points at which a process dies as by a power cut: by kill -9 from its own hand, with nothing tidied up."""

from __future__ import annotations

import importlib
import itertools
import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event


class Points:
    """Counts the points a process passes and kills it at the one with the number `die_at`; 0 lets it live."""

    def __init__(self, die_at: int) -> None:
        self.passed = 0
        self._die_at = die_at

    def pass_one(self) -> None:
        """One more point is passed, perhaps the last."""
        self.passed += 1
        if self.passed == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)


def at_every_statement(engine: Engine, points: Points) -> None:
    """Make a point after every statement of `engine`, one before every commit and one after it.

    The one after a commit is the acknowledgement that never arrives: the database kept it, the person was not told.
    """
    event.listen(engine, "after_cursor_execute", lambda *_: points.pass_one())
    do_commit = engine.dialect.do_commit

    def commit(connection: Any) -> None:
        points.pass_one()
        do_commit(connection)
        points.pass_one()

    engine.dialect.do_commit = commit  # type: ignore[method-assign]  # SQLAlchemy has no event after a commit


def kill_when_statement(engine: Engine, beginning: str) -> None:
    """Kill the process after the first statement that begins so."""

    def die(_connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(beginning):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "after_cursor_execute", die)


def kill_around(place: str) -> None:
    """Kill the process before, or after, the `nth` call of a function, named as "module:function:when[:nth]"."""
    module_name, name, when, *rest = place.split(":")
    module = importlib.import_module(module_name)
    call: Callable[..., Any] = getattr(module, name)
    number, calls = int(rest[0]) if rest else 1, itertools.count(1)

    def wrapped(*arguments: Any, **named: Any) -> Any:
        last = next(calls) == number
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = call(*arguments, **named)
        if last and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(module, name, wrapped)
