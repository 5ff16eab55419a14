"""Answers as the database keeps them (JSON), and back."""

from collections.abc import Mapping
from typing import Any

from political_ads.schemas import Highlight, Value


def stored(answers: Mapping[str, Value]) -> dict[str, Any]:
    """Return answers as JSON: tuples become lists, highlights become objects."""
    return {key: _plain(value) for key, value in answers.items()}


def restored(answers: Mapping[str, Any]) -> dict[str, Value]:
    """Return stored answers as they were given to `stored`."""
    return {key: _value(value) for key, value in answers.items()}


def _plain(value: Value) -> Any:
    if not isinstance(value, tuple):
        return value
    return [part.model_dump() if isinstance(part, Highlight) else part for part in value]


def _value(value: Any) -> Value:
    if not isinstance(value, list):
        kept: Value = value
        return kept
    if value and isinstance(value[0], dict):
        return tuple(Highlight(**part) for part in value)
    return tuple(str(part) for part in value)
