"""The part of YAML that people write files of theirs in (questionnaires, gold, scenarios): mappings, lists and texts, each with its line.

Every scalar stays the text that was written (an option may be called `no`). Aliases are refused (a few lines of them unfold
into gigabytes), as are tags and repeated keys. A key without a value is as good as absent.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import yaml

from common.errors import Invalid
from common.i18n import gettext as _

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
Place: TypeAlias = tuple[str | int, ...]  # keys and positions from the root

MOST_CHARACTERS = 500_000
DEEPEST = 12
_ABSENT = ("", "~", "null")
_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))


def read_plain(text: str) -> tuple[Plain, Mapping[Place, int]]:
    """Return a document's value, and the line (from 1) on which each of its parts begins. Raises `Invalid`."""
    if len(text) > MOST_CHARACTERS:
        raise Invalid(_("The file is longer than %(most)s characters.") % {"most": MOST_CHARACTERS})
    lines: dict[Place, int] = {}
    try:
        node = _Loader(text).get_single_node()
        return (None if node is None else _value(node, (), lines)), lines
    except yaml.MarkedYAMLError as error:
        raise _refused(_reason(error), _line(error)) from error
    except yaml.YAMLError as error:  # a character that YAML does not allow
        raise _refused(str(error).splitlines()[0][:200], None) from error


def line_near(lines: Mapping[Place, int], place: Sequence[str | int]) -> int | None:
    """Return the line of a part, or of the nearest part around it."""
    ends = range(len(place), -1, -1)
    return next((lines[near] for end in ends if (near := tuple(place[:end])) in lines), None)


class _Loader(yaml.BaseLoader):
    """Refuses aliases and deep nesting while it composes, before they can do harm."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML has no types for it
        mark: Any = event.start_mark  # the stubs confuse it with libyaml's own
        if isinstance(event, yaml.AliasEvent):
            problem = _("aliases (& and *) are not taken; write the text out")
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
        if self.depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem=_("it is nested too deeply"), problem_mark=mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _value(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Plain:
    lines[place] = node.start_mark.line + 1
    if node.tag not in _TAGS:
        raise _refused(_("tags (!) are not taken; remove it"), lines[place])
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*place, number), lines) for number, item in enumerate(node.value)]
    text, plain = str(node.value), getattr(node, "style", None) is None
    return None if plain and text.casefold() in _ABSENT else text


def _mapping(node: yaml.MappingNode, place: Place, lines: dict[Place, int]) -> dict[str, Plain]:
    members: dict[str, Plain] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise _refused(_("a key is not a plain text"), line)
        key = str(key_node.value)
        if (*place, key) in lines:
            raise _refused(_("the key “%(key)s” stands twice; remove one") % {"key": key}, line)
        value = _value(value_node, (*place, key), lines)
        if value is not None:
            members[key] = value
    return members


def _reason(error: yaml.MarkedYAMLError) -> str:
    return " ".join(part for part in (error.context, error.problem) if part) or str(error)[:200]


def _line(error: yaml.MarkedYAMLError) -> int | None:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else None


def _refused(reason: str, line: int | None) -> Invalid:
    if line is None:
        return Invalid(_("This is not the YAML that is taken here: %(reason)s.") % {"reason": reason})
    return Invalid(
        _("Line %(line)s is not the YAML that is taken here: %(reason)s.") % {"line": line, "reason": reason}
    )
