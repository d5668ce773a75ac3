"""Secrets we hand out: made here, given once, and kept only as a digest from which they cannot be had back.

They are random and 256 bits long, so a fast digest is enough; passwords, which people choose, are hashed slowly
(`password_hashing`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets


def new_secret() -> str:
    """Return a secret nobody can guess: 256 random bits as 43 letters, digits, hyphens and underscores."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Return a secret a person can type: 130 random bits as 26 letters and digits in groups."""
    letters = base64.b32encode(secrets.token_bytes(17)).decode()[:26]
    return "-".join(letters[at : at + 5] for at in range(0, 25, 5)) + letters[25:]


def digest_of(secret: str) -> str:
    """Return what is kept of `secret`: its SHA-256 as 64 hexadecimal characters."""
    return hashlib.sha256(secret.encode()).hexdigest()


def digest_of_code(typed: str) -> str:
    """Return the digest of a code as somebody typed it, in whatever case and with whatever hyphens."""
    return digest_of("".join(letter for letter in typed.upper() if letter.isascii() and letter.isalnum()))


def derived(secret: str, purpose: str) -> str:
    """Return another secret for one `purpose`, from which `secret` cannot be had: 43 characters."""
    mixed = hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mixed).decode().rstrip("=")
