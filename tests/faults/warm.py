"""A process that has imported everything and forks a child for each order, so that hundreds of deaths cost seconds.

The tests' own process has threads, from which a fork is not safe; this one has none before it forks.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST_SECONDS = 90.0


@dataclass(frozen=True)
class Ended:
    """How a child came to its end: what the act returned, the class of error it raised, or that it was killed."""

    returned: Any = None
    raised: str | None = None
    message: str = ""
    killed: bool = False


class Warm:
    """The warm process, as the tests see it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, act: str, **arguments: Any) -> Ended:
        """Let a child do `act` ("module:function") and return how that ended."""
        return self.wait(self.start(act, **arguments))

    def rehearse(self, act: str, **arguments: Any) -> None:
        """Do `act` in the warm process itself, so that every later child knows what it learned."""
        self._ask({"rehearse": act, "arguments": arguments}, LONGEST_SECONDS)

    def start(self, act: str, **arguments: Any) -> int:
        """Start a child that does `act`, and return its process number."""
        return int(self._ask({"act": act, "arguments": arguments}, LONGEST_SECONDS))

    def wait(self, child: int, seconds: float = LONGEST_SECONDS) -> Ended:
        """Wait for the child and return how it ended. One that does not end is killed, and the test fails."""
        try:
            return Ended(**self._ask({"wait": child}, seconds))
        except TimeoutError:
            os.kill(child, signal.SIGKILL)
            raise

    def _ask(self, order: Mapping[str, Any], seconds: float) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            raise TimeoutError(f"{order} did not end within {seconds} seconds")
        return json.loads(self._process.stdout.readline())


@contextmanager
def warm_process(*modules: str, environment: Mapping[str, str] | None = None) -> Iterator[Warm]:
    """Give a warm process that has imported `modules`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.warm", *modules],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Warm(process)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _serve(modules: list[str]) -> None:
    for module in modules:
        importlib.import_module(module)
    pipes: dict[int, int] = {}
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever children print must not be taken for an answer
    for line in iter(sys.stdin.readline, ""):
        order = json.loads(line)
        if "wait" in order:
            answer: Any = _awaited(order["wait"], pipes.pop(order["wait"]))
        elif "rehearse" in order:
            answer = _done(order["rehearse"], order["arguments"])
        else:
            child, pipe = _forked(order["act"], order["arguments"], [answers.fileno(), 0, *pipes.values()])
            pipes[child] = pipe
            answer = child
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    for child in pipes:
        os.kill(child, signal.SIGKILL)


def _forked(act: str, arguments: dict[str, Any], not_the_childs: list[int]) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    for descriptor in (*not_the_childs, reading):
        os.close(descriptor)
    os.open(os.devnull, os.O_RDONLY)  # takes the place of standard input
    os.write(writing, json.dumps(_done(act, arguments), default=str).encode())
    os._exit(0)


def _done(act: str, arguments: dict[str, Any]) -> dict[str, Any]:
    module, name = act.split(":")
    try:
        return {"returned": getattr(importlib.import_module(module), name)(**arguments)}
    except Exception as exc:
        if type(exc).__module__ != "approvals.errors":
            traceback.print_exc()
        return {"raised": type(exc).__name__, "message": str(exc)}


def _awaited(child: int, pipe: int) -> dict[str, Any]:
    with os.fdopen(pipe, "rb") as said:
        answer = said.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, f"ended by signal {os.WTERMSIG(status)}"
        return {"killed": True}
    return dict(json.loads(answer))


if __name__ == "__main__":
    _serve(sys.argv[1:])
