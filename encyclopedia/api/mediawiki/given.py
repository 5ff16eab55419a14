"""What a request gives for a module's parameters, read by the module's table."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from common.i18n import gettext as _
from encyclopedia.api.mediawiki.failures import ApiFailure, missing_parameter
from encyclopedia.api.mediawiki.table import MOST, NAMESPACE_CODES, Module, Parameter

ALTERNATIVE = "\x1f"  # separates values that hold "|" themselves


class Given:
    """A module's parameters by name, without its prefix. What was not given and has no default is None, "" or empty."""

    def __init__(self, values: Mapping[str, Any], unknown: Mapping[str, tuple[str, ...]]) -> None:
        self._values = values
        self.unknown = unknown  # parameter, with its prefix → values that it does not know

    def has(self, name: str) -> bool:
        """Say whether a parameter was given, or has a default."""
        return self._values.get(name) is not None

    def text(self, name: str) -> str:
        """Return a text, or ""."""
        return str(self._values.get(name) or "")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the values of a parameter that takes several."""
        return tuple(self._values.get(name) or ())

    def number(self, name: str) -> int | None:
        """Return a whole number."""
        value = self._values.get(name)
        return None if value is None else int(value)

    def numbers(self, name: str) -> tuple[int, ...]:
        """Return several whole numbers."""
        return tuple(int(value) for value in self._values.get(name) or ())

    def limit(self) -> int:
        """Return how many items are wanted at most."""
        return self.number("limit") or 10

    def flag(self, name: str) -> bool:
        """Say whether a flag is set; it is by being there, with any value."""
        return bool(self._values.get(name))

    def moment(self, name: str) -> datetime | None:
        """Return a time."""
        value = self._values.get(name)
        return value if isinstance(value, datetime) else None

    def newer_first(self) -> bool:
        """Say whether `dir` is the usual one, from new to old."""
        return self.text("dir") != "newer"


def read(module: Module, sent: Mapping[str, str], prefix: str, *, now: datetime) -> Given:
    """Read a module's parameters; `prefix` is the module's, with "g" before it for a generator.

    Raises:
        ApiFailure: one that is needed is missing, or has a value that it cannot have.
    """
    values: dict[str, Any] = {}
    unknown: dict[str, tuple[str, ...]] = {}
    for parameter in module.parameters:
        name = prefix + parameter.name
        raw = sent.get(name)
        if parameter.type == "boolean":
            values[parameter.name] = raw is not None
            continue
        raw = parameter.default if raw is None else raw
        if raw is None:
            if parameter.required:
                raise missing_parameter(name)
            continue
        values[parameter.name], strange = _values(parameter, name, raw, now)
        if strange:
            unknown[name] = strange
    return Given(values, unknown)


def _values(parameter: Parameter, name: str, raw: str, now: datetime) -> tuple[Any, tuple[str, ...]]:
    if not parameter.multi:
        return _value(parameter, name, raw, now), ()
    written = split(raw)
    if len(written) > MOST:
        message = _('Too many values supplied for parameter "%(name)s". The limit is %(limit)s.')
        raise ApiFailure("toomanyvalues", message % {"name": name, "limit": MOST})
    known = _known(parameter)
    if known is None:
        return tuple(_value(parameter, name, each, now) for each in written), ()
    if written == ("*",):
        return known, ()
    good = tuple(each for each in written if each in known)
    return good, tuple(each for each in written if each not in known)


def split(raw: str) -> tuple[str, ...]:
    """Return the values of a parameter that takes several."""
    if raw.startswith(ALTERNATIVE):
        return tuple(dict.fromkeys(raw[1:].split(ALTERNATIVE)))
    return tuple(dict.fromkeys(raw.split("|"))) if raw else ()


def _known(parameter: Parameter) -> tuple[str, ...] | None:
    return NAMESPACE_CODES if parameter.type == "namespace" else parameter.choices


def _value(parameter: Parameter, name: str, raw: str, now: datetime) -> Any:
    known = _known(parameter)
    if known is not None and raw not in known:
        message = _('Unrecognized value for parameter "%(name)s": %(value)s')
        raise ApiFailure("badvalue", message % {"name": name, "value": raw[:100]})
    if parameter.type == "limit":
        return parameter.most if raw == "max" else min(max(_integer(name, raw), 1), parameter.most)
    if parameter.type == "integer":
        return _integer(name, raw)
    if parameter.type == "timestamp":
        return moment_of(name, raw, now)
    return raw


def _integer(name: str, raw: str) -> int:
    text = raw.strip()
    if not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit() or len(text) > 18:
        raise ApiFailure(
            "badinteger",
            _('Invalid value "%(value)s" for integer parameter "%(name)s".')
            % {"value": raw[:100], "name": name},
        )
    return int(text)


def moment_of(name: str, raw: str, now: datetime) -> datetime:
    """Read a time: ISO 8601, 14 digits, seconds since 1970, or ``now``."""
    text = raw.strip()
    if text in {"now", "0"}:
        return now
    try:
        if text.isdigit() and len(text) == 14:
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        if text.isdigit() and len(text) < 12:
            return datetime.fromtimestamp(int(text), UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        message = _('Invalid value "%(value)s" for timestamp parameter "%(name)s".')
        raise ApiFailure("badtimestamp", message % {"value": raw[:100], "name": name}) from error
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
