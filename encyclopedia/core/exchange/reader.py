"""What the readers of the folder's files share."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

from common.i18n import N_
from encyclopedia.core.fields import FIELDS
from encyclopedia.core.plain_yaml import Document, Place, YamlError, read_yaml
from encyclopedia.schemas import Message, Problem, Shape

_FIELD_ORDER = {definition.key: number for number, definition in enumerate(FIELDS)}


class Reader:
    """Reads one file's YAML and collects its problems."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.document = Document(None)
        self.found: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems so far."""
        return tuple(self.found)

    def say(self, place: Place, message: Message) -> None:
        """Note a problem with the part of the document at `place`."""
        self.found.append(Problem(path=self.path, line=self.document.line_of(place), message=message))

    def tell(self, place: Place, template: str, **values: str | int) -> None:
        """Note a problem in words to be translated."""
        self.say(place, Message(template=template, values=values))

    def read(self, text: str, *, first_line: int = 1) -> dict[str, Any] | None:
        """Return the document's mapping, or None with a problem."""
        try:
            self.document = read_yaml(text, first_line=first_line)
        except YamlError as error:
            self.found.append(Problem(path=self.path, line=error.line, message=error.message))
            return None
        value = self.document.value
        if value is None or isinstance(value, dict):
            return value or {}
        self.tell((), N_("Keys with values were expected here."))
        return None


def in_order(keys: Iterable[str]) -> list[str]:
    """Return field keys in the order of their definitions."""
    return sorted(keys, key=lambda key: (_FIELD_ORDER.get(key, len(_FIELD_ORDER)), key))


def plain(shape: Shape) -> dict[str, Any]:
    """Return the members of a shape that say something, as YAML can hold them."""
    members: dict[str, Any] = _plain(shape.model_dump(exclude_defaults=True))
    return members


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return value.value if isinstance(value, Enum) else value
