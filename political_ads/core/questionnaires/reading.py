"""A questionnaire from YAML and back, and the digest that tells its versions apart."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from common.errors import Invalid
from common.i18n import gettext as _
from common.plain_yaml import Place, Plain, line_near, read_plain
from political_ads.schemas import Questionnaire

MOST_SHOWN = 20  # errors told at once
_BREAKS = frozenset("\r\x85\u2028\u2029")  # YAML would read these back as line feeds


def read_questionnaire(yaml_text: str) -> Questionnaire:
    """Read a questionnaire's YAML. `check` then tells what is well-formed and still not right.

    Raises `Invalid`; its `fields` name each place ("line 12, questions → 2 → kind") with what is wrong and how to mend it.
    """
    value, lines = read_plain(yaml_text)
    if not isinstance(value, dict):
        raise Invalid(
            _("A questionnaire begins with its key, its title and its questions; this file does not.")
        )
    try:
        return Questionnaire.model_validate(value)
    except ValidationError as error:
        details = error.errors(include_url=False)[:MOST_SHOWN]
        fields = {_place(lines, value, detail["loc"]): _what(detail) for detail in details}
        raise Invalid(
            _("This questionnaire cannot be read; each place is named below."), fields=fields
        ) from error


def to_yaml(questionnaire: Questionnaire) -> str:
    """Write a questionnaire so that `read_questionnaire` gives it back; what is at its default is left out."""
    text: str = yaml.dump(
        _plain(questionnaire), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110
    )
    return text


def digest(questionnaire: Questionnaire) -> str:
    """Return the SHA-256 (64 hexadecimal digits) of what a questionnaire says, however its YAML was laid out."""
    return hashlib.sha256(orjson.dumps(_plain(questionnaire), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _plain(questionnaire: Questionnaire) -> dict[str, Any]:
    plain: dict[str, Any] = _without_empty(questionnaire.model_dump(mode="json", exclude_defaults=True))
    return plain


def _without_empty(value: Any) -> Any:
    """Leave out empty texts, lists and mappings: an empty help and no help are the same."""
    if isinstance(value, dict):
        kept = {key: _without_empty(part) for key, part in value.items()}
        return {key: part for key, part in kept.items() if part not in ("", [], {}, None)}
    if isinstance(value, list):
        return [_without_empty(part) for part in value]
    return value


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and never an alias."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        """Write everything out."""
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if not _BREAKS.isdisjoint(text):
        style = '"'
    elif "\n" in text:
        tidy = not text[0].isspace() and not any(line.endswith((" ", "\t")) for line in text.split("\n"))
        style = "|" if tidy else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def _place(lines: Mapping[Place, int], value: Plain, place: Sequence[str | int]) -> str:
    """Name a place as a person finds it: its line, then the way to it with questions and options by their keys."""
    steps: list[str] = []
    part: Any = value
    for step in place:
        part = _inside(part, step)
        key = part.get("key") if isinstance(part, dict) else None
        steps.append(str(key) if isinstance(step, int) and isinstance(key, str) else str(step))
    line = line_near(lines, place)
    way = " → ".join(steps)
    return _("line %(line)s, %(way)s") % {"line": line, "way": way} if line and way else way or f"{line or 1}"


def _inside(part: Any, step: str | int) -> Any:
    if isinstance(part, dict):
        return part.get(step)
    return part[step] if isinstance(part, list) and isinstance(step, int) and step < len(part) else None


def _what(detail: ErrorDetails) -> str:
    """Say what is wrong and how to mend it."""
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    given = str(detail.get("input", ""))[:60]
    context = {key: str(part) for key, part in detail.get("ctx", {}).items()}
    match detail["type"]:
        case "missing":
            return _("“%(name)s” is missing; add it.") % {"name": name}
        case "extra_forbidden":
            return _("“%(name)s” is not known here; remove it or correct its spelling.") % {"name": name}
        case "enum":
            return _("“%(given)s” is not known; give one of %(expected)s.") % {"given": given, **context}
        case "string_pattern_mismatch":
            return _(
                "“%(given)s” cannot be a key; a key has at most 40 lower-case letters, digits and underscores"
                " and begins with a letter."
            ) % {"given": given}
        case "value_error":
            return context.get("error", detail["msg"])
    return _("“%(given)s” does not fit: %(reason)s.") % {"given": given, "reason": detail["msg"]}
