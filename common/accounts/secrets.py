"""Passwords and tokens: argon2id for what people choose, SHA-256 for what we draw at random."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_DUMMY = _hasher.hash("nobody's password")  # verified where the address is unknown: the time must not tell
MIN_PASSWORD = 12
MAX_PASSWORD = 200


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _hasher.hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """Compare a password with a stored hash, in the same time where there is none."""
    try:
        _hasher.verify(stored or _DUMMY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def new_token(prefix: str = "") -> str:
    """Draw a token of 256 bits."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is stored of a token; it has 256 bits, so no salt or slowness is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
