"""Answers, built once and written in either format version (https://www.mediawiki.org/wiki/API:JSON_version_2).

Version 1 writes true as ``""``, leaves false out, puts a `Star` under ``*``, and gives pages as an object by number.
"""

from datetime import UTC, datetime
from typing import Any


class Star(str):
    """A text that version 1 writes under ``*`` instead of its own key."""

    __slots__ = ()


class Nested(str):
    """A text that version 1 writes as an object with ``*``."""

    __slots__ = ()


class ById(list[dict[str, Any]]):
    """Pages in order; version 1 gives an object by number, with -1, -2 … for those that have none."""

    __slots__ = ()

    def keys_of(self) -> list[str]:
        """Return the numbers in order, as version 1 writes them."""
        without = 0
        keys = []
        for item in self:
            if "pageid" in item:
                keys.append(str(item["pageid"]))
            else:
                without -= 1
                keys.append(str(without))
        return keys


def written(value: Any, version: int) -> Any:
    """Return a value as JSON has it in a format version."""
    if isinstance(value, dict):
        return _object(value, version)
    if isinstance(value, ById) and version == 1:
        return {key: written(item, 1) for key, item in zip(value.keys_of(), value, strict=True)}
    if isinstance(value, (list, tuple)):
        return [written(item, version) for item in value]
    return _plain(value, version)


def _plain(value: Any, version: int) -> Any:
    if version == 1 and isinstance(value, Nested):
        return {"*": str(value)}
    if version == 1 and value is True:
        return ""
    return str(value) if isinstance(value, str) else value


def timestamp(moment: datetime) -> str:
    """Return a time as the API writes it, in whole seconds."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _object(value: dict[str, Any], version: int) -> dict[str, Any]:
    if version != 1:
        return {key: written(item, version) for key, item in value.items()}
    return {
        "*" if isinstance(item, Star) else key: written(item, 1)
        for key, item in value.items()
        if item is not False
    }
