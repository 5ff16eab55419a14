"""Scenarios from YAML, with every mistake named by its line."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from collab_chat.schemas.scenarios import Scenario
from common.errors import Invalid
from common.i18n import gettext as _
from common.plain_yaml import Place, line_near, read_plain

MOST_SHOWN = 20  # errors told at once


def read_scenario(text: str) -> Scenario:
    """Read a scenario.

    Raises `Invalid`; its `fields` name each place ("line 12, injects → 3 → at") with what is wrong and how to mend it.
    """
    value, lines = read_plain(text)
    if not isinstance(value, dict):
        raise Invalid(
            _("A scenario begins with its key, its title and what it is about; this file does not.")
        )
    try:
        scenario = Scenario.model_validate(value)
    except ValidationError as error:
        details = error.errors(include_url=False)[:MOST_SHOWN]
        raise _refused({_named(lines, one["loc"]): _what(one) for one in details}) from error
    problems = {_named(lines, place): sentence for place, sentence in _inconsistent(scenario)}
    if problems:
        raise _refused(dict(list(problems.items())[:MOST_SHOWN]))
    return scenario


def words_in(words: Mapping[Any, str] | None, language: str) -> str:
    """Return words in a language, or in the one that there is; "" of none."""
    if not words:
        return ""
    return words.get(language) or next(iter(words.values()))


def _inconsistent(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Give what is well-formed and cannot be played."""
    for name in ("roles", "accounts", "goals"):
        seen: set[str] = set()
        for place, one in enumerate(getattr(scenario, name)):
            if one.key in seen:
                yield (name, place, "key"), _("The key “%(key)s” stands twice.") % {"key": one.key}
            seen.add(one.key)
    accounts = {one.key for one in scenario.accounts}
    before = 0.0
    for place, inject in enumerate(scenario.injects):
        if inject.account is not None and inject.account not in accounts:
            yield (
                ("injects", place, "account"),
                _("There is no account “%(key)s” in this scenario.") % {"key": inject.account},
            )
        if inject.at < before:
            yield (
                ("injects", place, "at"),
                _("This comes before the one above it; put them in order of time."),
            )
        before = max(before, inject.at)
    languages = set(scenario.languages)
    for where, given in _all_words(scenario, ()):
        missing = languages - given
        if missing:
            yield where, _("The title says that this can be played in “%(language)s”; these words are missing in it.") % {"language": sorted(missing)[0]}  # fmt: skip


def _all_words(model: BaseModel, place: Place) -> Iterator[tuple[Place, set[str]]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, dict):
            yield (*place, name), set(value)
        elif isinstance(value, tuple):
            for number, one in enumerate(value):
                if isinstance(one, BaseModel):
                    yield from _all_words(one, (*place, name, number))


def _refused(fields: dict[str, str]) -> Invalid:
    return Invalid(_("This scenario cannot be played yet; each place is named below."), fields=fields)


def _named(lines: Mapping[Place, int], place: Sequence[str | int]) -> str:
    """Name a place by its line and the way to it; positions are counted from 1, as people do."""
    way = " → ".join(str(step + 1) if isinstance(step, int) else str(step) for step in place)
    line = line_near(lines, place) or 1
    return _("line %(line)s, %(way)s") % {"line": line, "way": way} if way else _("line %(line)s") % {"line": line}  # fmt: skip


def _what(detail: ErrorDetails) -> str:
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    given = str(detail.get("input", ""))[:60]
    context = {key: str(part) for key, part in detail.get("ctx", {}).items()}
    match detail["type"]:
        case "missing":
            return _("“%(name)s” is missing; add it.") % {"name": name}
        case "extra_forbidden":
            return _("“%(name)s” is not known here; remove it or correct its spelling.") % {"name": name}
        case "enum" | "literal_error":
            return _("“%(given)s” is not known; give one of %(expected)s.") % {"given": given, **context}
        case "value_error":
            return context.get("error", detail["msg"])
    return _("“%(given)s” does not fit: %(reason)s.") % {"given": given, "reason": detail["msg"]}
