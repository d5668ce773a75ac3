"""Doing once what is sent twice under the same Idempotency-Key: the second time, the first answer is given again.

Submissions and amendments keep their keys with the case, for ever, and are let through. So is what shows a secret
once: a secret is not kept so that it can be shown again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from approvals.api.caller import TOO_MANY_CALLS, Api
from approvals.api.gate import is_json
from approvals.api.problems import problem, problem_of
from approvals.errors import ApprovalError, TokenRefused
from approvals.services import given_answers
from approvals.services.given_answers import GivenAnswer, Sending
from approvals.services.tokens import bearer_of

KEY = re.compile(r"[\x21-\x7e]{1,100}")
OF_THEIR_OWN = re.compile(r"/(cases|amendments|me/tokens|invitation)$")
"""Addresses with keys of their own, or none."""
MISSHAPEN = "An Idempotency-Key has 1 to 100 visible ASCII characters; a UUID will do."

Done = TypeVar("Done")


class Once:
    """Lets each thing that is sent under a key be done once."""

    def __init__(self, app: ASGIApp, *, api: Api) -> None:
        self.app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do what was sent, or answer as before."""
        key = Headers(scope=scope).get("idempotency-key") if scope["type"] == "http" else None
        if key is None or scope["method"] != "POST" or OF_THEIR_OWN.search(scope["path"]):
            await self.app(scope, receive, send)
        elif not KEY.fullmatch(key):
            await problem(422, MISSHAPEN)(scope, receive, send)
        else:
            await self._once(key, scope, receive, send)

    async def _once(self, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _whole(receive)
        again = _told(body)
        try:
            sending = await run_in_threadpool(self._sending, key, scope, body)
            given = await self._in_the_store(given_answers.begin, sending)
        except TokenRefused:
            await self.app(scope, again, send)  # where it is counted and refused
            return
        except ApprovalError as refusal:
            await problem_of(refusal)(scope, again, send)
            return
        if given is not None:
            await _response(given)(scope, again, send)
            return
        answer = _Answer(send)
        await self.app(scope, again, answer.take)
        await self._conclude(sending, answer)
        await answer.give()

    def _sending(self, key: str, scope: Scope, body: bytes) -> Sending:
        secret = Headers(scope=scope).get("authorization", "").partition(" ")[2]
        bearer = bearer_of(self._api.parts.store, secret, now=self._api.clock())
        self._api.pace.keep("keyed", str(bearer.user.id), self._api.rules.limits.call, said=TOO_MANY_CALLS)
        where = f"{scope['path']}?{scope['query_string'].decode('latin-1')}\n".encode()
        return Sending(bearer.user.id or 0, key, hashlib.sha256(where + body).hexdigest())

    async def _conclude(self, sending: Sending, answer: _Answer) -> None:
        """Keep a success, let go of the key of a refusal; after a fault of ours nobody knows."""
        if answer.is_kept:
            await self._in_the_store(given_answers.keep, sending, answer.as_given())
        elif answer.status < 500:
            await self._in_the_store(given_answers.let_go, sending)

    async def _in_the_store(self, act: Callable[..., Done], *what: Any) -> Done:
        return await run_in_threadpool(act, self._api.parts.store, *what, now=self._api.clock())


class _Answer:
    """An answer on its way: held back if it is JSON, so that it is kept before anybody sees it; files pass."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._held: list[Message] = []
        self.status = 500
        self._headers = Headers()
        self.is_kept = False

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self._headers = message["status"], Headers(raw=message["headers"])
            self.is_kept = 200 <= self.status < 300 and (
                self.status == 204 or is_json(self._headers.get("content-type", ""))
            )
        if self.is_kept:
            self._held.append(message)
        else:
            await self._send(message)

    async def give(self) -> None:
        for message in self._held:
            await self._send(message)

    def as_given(self) -> GivenAnswer:
        content = b"".join(message.get("body", b"") for message in self._held)
        return GivenAnswer(self.status, json.loads(content) if content else None, self._headers.get("location"))


def _response(given: GivenAnswer) -> Response:
    headers = {"location": given.location} if given.location else {}
    if given.content is None:
        return Response(status_code=given.status, headers=headers)
    return JSONResponse(given.content, status_code=given.status, headers=headers)


async def _whole(receive: Receive) -> bytes:
    pieces = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(pieces)


def _told(body: bytes) -> Receive:
    """Return what tells the body again, once, and then waits as for a reader who has gone."""
    told = False

    async def receive() -> Message:
        nonlocal told
        if told:
            return {"type": "http.disconnect"}
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
