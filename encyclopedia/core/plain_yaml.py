"""A small, safe part of YAML 1.1 for files that come from elsewhere.

Reading gives only mappings, lists and texts: every scalar stays the text that was written (`no` is Norwegian, not false; a date
is not turned into an object). Aliases are refused (a few lines of them unfold into gigabytes), as are tags, repeated keys, and
documents beyond the bounds below. A key or an item without a value, or with `null` or `~`, is as good as absent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from common.i18n import N_
from encyclopedia.schemas import Message

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"
Place: TypeAlias = tuple[str | int, ...]  # keys and positions from the root

MOST_CHARACTERS = 4_000_000
MOST_NODES = 200_000
DEEPEST = 20
_ABSENT = ("", "~", "null", "Null", "NULL")
_BREAKS = frozenset("\r\x85\u2028\u2029")  # libyaml would read these back as line feeds


class YamlError(Exception):
    """The text is not the YAML that is taken here."""

    def __init__(self, template: str, line: int | None, **values: str | int) -> None:
        super().__init__(template)
        self.message = Message(template=template, values=values)
        self.line = line


@dataclass(frozen=True)
class Document:
    """A read document, and the line (from 1) at which each of its parts begins."""

    value: "Plain | None"  # None: empty
    lines: Mapping[Place, int] = field(default_factory=dict)

    def line_of(self, place: Sequence[str | int]) -> int | None:
        """Return the line of a part, or of the nearest part around it. A lone value may be asked for as the first of a list."""
        for end in range(len(place), -1, -1):
            near = tuple(place[:end])
            for written in (near, tuple(step for step in near if step != 0)):
                if written in self.lines:
                    return self.lines[written]
        return None


def read_yaml(text: str, *, first_line: int = 1) -> Document:
    """Read one document. `first_line` is where `text` begins in its file. Raises `YamlError`."""
    if len(text) > MOST_CHARACTERS:
        raise YamlError(N_("The YAML is longer than %(most)s characters."), None, most=MOST_CHARACTERS)
    builder = _Builder(text, first_line)
    try:
        return Document(builder.document(), builder.lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = first_line + mark.line if mark else None
        raise YamlError(N_("This is not YAML: %(problem)s."), line, problem=error.problem or "") from error
    except yaml.YAMLError as error:  # a character that YAML does not allow
        raise YamlError(N_("This is not YAML: %(problem)s."), None, problem=str(error)[:200]) from error


class _Builder:
    """Builds plain values from the parser's events."""

    def __init__(self, text: str, first_line: int) -> None:
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml is not in every build
        self.events: Iterator[Any] = yaml.parse(text, Loader=loader)
        self.first_line = first_line
        self.lines: dict[Place, int] = {}
        self.nodes = 0

    def document(self) -> "Plain | None":
        value: Plain | None = None
        for event in self.events:
            if isinstance(event, yaml.NodeEvent):
                if self.nodes:
                    raise YamlError(N_("There is more than one YAML document."), self._line(event))
                value = self._node(event, ())
        return value

    def _node(self, event: Any, place: Place) -> "Plain | None":
        self._check(event, place)
        self.lines[place] = self._line(event)
        if isinstance(event, yaml.ScalarEvent):
            return None if not event.style and event.value in _ABSENT else str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(place)
        return self._mapping(place)

    def _check(self, event: Any, place: Place) -> None:
        self.nodes += 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise YamlError(N_("YAML aliases (& and *) are not taken."), self._line(event))
        if event.tag is not None:
            raise YamlError(N_("YAML tags (!) are not taken."), self._line(event))
        if len(place) > DEEPEST or self.nodes > MOST_NODES:
            raise YamlError(N_("The YAML is too deep or has too many parts."), self._line(event))

    def _list(self, place: Place) -> list[Plain]:
        items: list[Plain] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            item = self._node(event, (*place, len(items)))
            if item is not None:
                items.append(item)
        return items

    def _mapping(self, place: Place) -> dict[str, Plain]:
        members: dict[str, Plain] = {}
        seen: set[str] = set()
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise YamlError(N_("A key is not a plain text."), self._line(event))
            key = str(event.value)
            if key in seen:
                raise YamlError(N_("The key “%(key)s” stands twice."), self._line(event), key=key)
            seen.add(key)
            value = self._node(next(self.events), (*place, key))
            if value is not None:
                members[key] = value
        return members

    def _line(self, event: Any) -> int:
        return self.first_line + int(event.start_mark.line)


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # the class is chosen at run time
    """Writes texts of several lines as blocks, short lists in one line, and never an alias."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        """Write everything out."""
        return True


def _represent_text(dumper: Any, text: str) -> Any:
    style = None
    if not _BREAKS.isdisjoint(text):
        style = '"'
    elif "\n" in text:
        tidy = not text[0].isspace() and not any(line.endswith((" ", "\t")) for line in text.split("\n"))
        style = "|" if tidy else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_list(dumper: Any, items: list[Any]) -> Any:
    short = all(isinstance(item, str) and "\n" not in item for item in items) and sum(map(len, items)) < 90
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=short)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(list, _represent_list)


def write_yaml(value: object) -> str:
    """Write mappings, lists, texts, dates and integers so that `read_yaml` gives them back as texts; keys stay in their order."""
    dumped: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    return dumped
