"""The files of sources: key → source."""

from collections.abc import Iterable
from typing import Any

from common.i18n import N_
from encyclopedia.core.exchange.reader import Reader, plain
from encyclopedia.core.plain_yaml import Place, write_yaml
from encyclopedia.core.pruning import Say, accept
from encyclopedia.schemas import Message, Problem, SourceData


def parse_sources(text: str, path: str = "") -> tuple[tuple[SourceData, ...], tuple[Problem, ...]]:
    """Read a file of sources; those that cannot be used are left out with a problem."""
    reader = Reader(path)
    read = []
    for key, given in (reader.read(text) or {}).items():
        if not isinstance(given, dict):
            reader.tell((key,), N_("The source “%(key)s” has no fields."), key=key)
            continue
        source = accept(SourceData, {**given, "key": key}, _within(reader, key))
        if source is not None:
            read.append(source)
    return tuple(read), reader.problems


def _within(reader: Reader, key: str) -> Say:
    def say(place: Place, message: Message) -> None:
        reader.say((key, *place), message)

    return say


def dump_sources(sources: Iterable[SourceData]) -> str:
    """Write sources in the order of their keys; `parse_sources` gives them back."""
    written: dict[str, Any] = {}
    for source in sorted(sources, key=lambda source: source.key):
        members = plain(source)
        del members["key"]
        written[source.key] = members
    return write_yaml(written) if written else ""
