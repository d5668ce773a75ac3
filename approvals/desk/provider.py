"""The organisation's provider: people are sent there, come back, and are believed only if everything fits together.

Nothing is kept here between going and coming back. State, nonce and the verifier of PKCE are derived from a secret
that the browser alone holds, so an answer fits only the browser that asked, and only once: the cookie goes with it.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote, unquote, urlencode

import httpx2
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]  # comes without types
from authlib.integrations.starlette_client import OAuth  # type: ignore[import-untyped]  # comes without types
from joserfc.errors import JoseError

from approvals.casework.telling import told
from approvals.errors import SignInRefused, SourceUnavailable
from approvals.services.secret import derived, new_secret
from approvals.services.sign_in import ProvidedIdentity
from approvals.settings import Settings

TIMEOUT_SECONDS = 10.0
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""How a provider may sign. «none», and signing with a secret we hold as well, prove nothing."""

AGAIN = told("What came from your provider belongs to no sign-in of this browser, or came twice. Sign in again.")
SILENT = told("Your provider does not answer just now. Nobody was signed in; try again in a minute.")
DENIED = told(
    "Your provider did not sign you in: it was cancelled there, or you may not use this desk. Nothing was done."
)
UNSOUND = told("What your provider says about you could not be verified. Nobody was signed in; sign in again.")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Journey:
    """Somebody on the way to the provider and back: a secret of the browser, and the page that was wanted."""

    secret: str
    wanted: str

    @classmethod
    def begun(cls, wanted: str) -> Self:
        """Return a journey that begins now."""
        return cls(new_secret(), wanted)

    @classmethod
    def from_cookie(cls, value: str) -> Self:
        """Return the journey a browser holds. Raises `SignInRefused` if it holds none."""
        secret, separator, wanted = value.partition("~")
        if not secret or not separator:
            raise SignInRefused(AGAIN)
        return cls(secret, unquote(wanted))

    @property
    def cookie(self) -> str:
        """What the browser holds."""
        return f"{self.secret}~{quote(self.wanted, safe='')}"

    @property
    def state(self) -> str:
        """What the provider must give back to this browser."""
        return derived(self.secret, "state")

    @property
    def nonce(self) -> str:
        """What the provider must sign."""
        return derived(self.secret, "nonce")

    @property
    def verifier(self) -> str:
        """What proves to the provider that the code is fetched by whoever asked for it (PKCE)."""
        return derived(self.secret, "verifier")


class Provider:
    """An OpenID Connect provider."""

    def __init__(self, issuer: str, client_id: str, client_secret: str | None, *, trust_mail: bool) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._trust_mail = trust_mail
        self._client = OAuth().register(
            "provider",
            client_id=client_id,
            client_secret=client_secret,
            server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email",
                "code_challenge_method": "S256",
                "timeout": TIMEOUT_SECONDS,
                "token_endpoint_auth_method": "client_secret_basic" if client_secret else "none",
            },
        )

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return the provider the settings name, None if they name none."""
        if settings.oidc_issuer is None:
            return None
        secret = settings.oidc_client_secret
        return cls(
            settings.oidc_issuer,
            settings.oidc_client_id,
            secret.get_secret_value() if secret else None,
            trust_mail=settings.oidc_mail_is_verified,
        )

    async def address_for(self, journey: Journey, *, back: str) -> str:
        """Return where the person signs in, to be led `back`. Raises `SourceUnavailable` if nobody answers there."""
        async with self._reached():
            given = {"state": journey.state, "nonce": journey.nonce, "code_verifier": journey.verifier}
            begun = await self._client.create_authorization_url(back, **given)
        return str(begun["url"])

    async def vouches_for(self, journey: Journey, answer: Mapping[str, str], *, back: str) -> ProvidedIdentity:
        """Return whom the provider names in its answer.

        Raises `SignInRefused` if the answer belongs to another browser, came twice, was denied or cannot be verified;
        `SourceUnavailable` if the provider is not there.
        """
        self._refuse_what_does_not_fit(journey, answer)
        async with self._reached():
            given = {"state": journey.state, "code": answer["code"], "code_verifier": journey.verifier}
            token = await self._client.fetch_access_token(redirect_uri=back, **given)
            claims = await self._client.parse_id_token(token, journey.nonce, claims_options=self._must_say()) or {}
            return ProvidedIdentity(
                issuer=self.issuer,
                subject=_text(claims["sub"]),
                email=_text(claims.get("email", "")),
                email_is_verified=self._trust_mail or claims.get("email_verified") is True,
            )

    async def sign_out_address(self, *, back: str) -> str | None:
        """Return where the person signs out of the provider; None if it does not say, or does not answer."""
        try:
            async with self._reached():
                metadata = await self._client.load_server_metadata()
        except (SourceUnavailable, SignInRefused):
            return None
        address = metadata.get("end_session_endpoint")
        given = urlencode({"client_id": self._client_id, "post_logout_redirect_uri": back})
        return f"{address}?{given}" if address else None

    def _refuse_what_does_not_fit(self, journey: Journey, answer: Mapping[str, str]) -> None:
        if not hmac.compare_digest(answer.get("state", "").encode(), journey.state.encode()):
            raise SignInRefused(AGAIN)
        if answer.get("iss", self.issuer) != self.issuer:  # RFC 9207
            raise SignInRefused(AGAIN)
        if "error" in answer:
            log.warning("The provider refused a sign-in: %r", answer["error"][:100])
            raise SignInRefused(DENIED)
        if not answer.get("code"):
            raise SignInRefused(AGAIN)

    def _must_say(self) -> dict[str, Any]:
        """Return what the signed statement must say; the library itself would not compare for whom it was made."""
        return {
            "iss": {"essential": True, "values": [self.issuer]},
            "aud": {"essential": True, "values": [self._client_id]},
            "sub": {"essential": True},
        }

    @asynccontextmanager
    async def _reached(self) -> AsyncIterator[None]:
        """Read what the provider says about itself, and turn what goes wrong into a refusal or a silence."""
        try:
            metadata = await self._client.load_server_metadata()
            if metadata.get("issuer") != self.issuer:
                log.error("The provider calls itself %r, not %r.", metadata.get("issuer"), self.issuer)
                raise SignInRefused(UNSOUND)
            offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
            metadata["id_token_signing_alg_values_supported"] = [one for one in offered if one in SIGNATURES]
            yield
        except httpx2.HTTPError as exc:
            log.warning("The provider did not answer: %s", exc)
            raise SourceUnavailable(
                "Your provider does not answer just now. Try to sign in again in a minute."
            ) from exc
        except AuthlibBaseError as exc:  # the code was used before, or is another browser's
            log.warning("The provider refused what it was shown: %s", exc)
            raise SignInRefused(AGAIN) from exc
        except (JoseError, ValueError, KeyError, TypeError, RuntimeError) as exc:
            log.warning("What the provider says could not be verified: %s", exc)
            raise SignInRefused(UNSOUND) from exc


def _text(claim: object) -> str:
    """Return what is said as a text the database keeps. Raises `ValueError` if it is none."""
    if not isinstance(claim, str) or "\0" in claim:
        raise ValueError(f"{claim!r} is no text")
    return claim
