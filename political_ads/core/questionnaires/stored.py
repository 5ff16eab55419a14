"""Answers as they are kept in a JSON column, and back."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from political_ads.schemas import Value

_ANSWERS = TypeAdapter(dict[str, Value])


def to_stored(answers: Mapping[str, Value]) -> dict[str, Any]:
    """Return answers as plain JSON values: lists for several options, mappings for highlights."""
    plain: dict[str, Any] = _ANSWERS.dump_python(dict(answers), mode="json")
    return plain


def from_stored(content: Mapping[str, Any]) -> dict[str, Value]:
    """Return stored answers as `validate_answer` gave them. Raises `pydantic.ValidationError` for what it never gave."""
    return _ANSWERS.validate_python(dict(content))
