"""Pseudonyms that hold in one file: the same volunteer is the same inside it, and another in every other."""

import hashlib

KEY_BYTES = 32


def pseudonym(contributor_id: int, key: bytes) -> str:
    """Return a contributor's pseudonym under a file's key, which is drawn for it and then forgotten: "v" and 12 digits.

    BLAKE2b with a key (RFC 7693): without the key, which nobody has, ids cannot be tried out.
    """
    return "v" + hashlib.blake2b(str(contributor_id).encode(), digest_size=6, key=key).hexdigest()
