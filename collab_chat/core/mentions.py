"""Whom a message names: `@Ada.Lovelace` a person, `@here` all in the room, `@reviewer` everybody of a role."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from collab_chat.core.markdown import MENTION
from common.accounts.actors import Role

HERE = "here"
GROUPS = frozenset({HERE, *(role.value for role in Role)})
_SPACE = re.compile(r"\s+")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)


@dataclass(frozen=True)
class Named:
    """People's ids, and groups: `here` or a role."""

    people: frozenset[uuid.UUID]
    groups: frozenset[str]


def handle(name: str) -> str:
    """Return a name as one writes it behind an @: `Ada Lovelace` → `Ada.Lovelace`."""
    return _SPACE.sub(".", name.strip())


def named_in(text: str, members: Iterable[tuple[uuid.UUID, str]]) -> Named:
    """Find whom a text names; not what stands in code, nor within an e-mail address. `members`: id and name.

    A first name is enough where only one member has it; who shares a whole name is named together.
    """
    words = _CODE.sub(" ", text)
    written = {
        found.group(1).casefold()
        for found in MENTION.finditer(words)
        if found.start() == 0 or not words[found.start() - 1].isalnum()
    }
    if not written:
        return Named(frozenset(), frozenset())
    whole: dict[str, set[uuid.UUID]] = {}
    first: dict[str, set[uuid.UUID]] = {}
    for person, name in members:
        key = handle(name).casefold()
        whole.setdefault(key, set()).add(person)
        first.setdefault(key.split(".")[0], set()).add(person)
    people: set[uuid.UUID] = set()
    for one in written - GROUPS:
        short = first.get(one, set())
        people |= whole.get(one) or (short if len(short) == 1 else set())
    return Named(frozenset(people), frozenset(written & GROUPS))
