"""Records from what readers found: texts cut to what is kept, and one sentence where a row cannot be a record."""

import hashlib
from collections.abc import Mapping
from typing import Any, TypeVar

import orjson
from annotated_types import MaxLen
from pydantic import ValidationError

from common.i18n import gettext as _
from political_ads.core.language import language_of
from political_ads.schemas.ads import LONGEST_TEXT, AdRecord, AdvertiserTotal
from political_ads.sources.readers.plain import one_line
from political_ads.sources.readers.shapes import Refused
from political_ads.sources.readers.values import is_missing, without_secrets

MOST_EXTRA = 40  # fields of a source that are kept beside ours
MOST_NESTED = 8_000  # bytes of JSON that one of them may take
CUT = "characters before the cut"  # the field of `extra` that says how long a text was that is kept in part
Made = TypeVar("Made", AdRecord, AdvertiserTotal)


def _limits(model: type[AdRecord] | type[AdvertiserTotal]) -> dict[str, int]:
    return {
        name: each.max_length
        for name, field in model.model_fields.items()
        for each in field.metadata
        if isinstance(each, MaxLen)
    }


_LIMITS = {AdRecord: _limits(AdRecord), AdvertiserTotal: _limits(AdvertiserTotal)}


def build_ad(**fields: Any) -> AdRecord:
    """Return an ad; its language is found where it is not stated. Raises `Refused` where there is no id."""
    if not fields.get("external_id"):
        raise Refused(_("The ad has no id."))
    if not fields.get("language"):
        fields["language"] = language_of(" ".join(filter(None, (fields.get("text"), fields.get("title")))))
    if len(fields.get("text", "")) > LONGEST_TEXT:
        fields["extra"] = {**fields.get("extra", {}), CUT: len(fields["text"])}
    low, high = fields.get("spend_low"), fields.get("spend_high")
    if low is not None and high is not None and low > high:
        raise Refused(_("The lower bound of the spending is above the upper one."))
    return _build(AdRecord, fields)


def build_total(**fields: Any) -> AdvertiserTotal:
    """Return an advertiser's total. Raises `Refused` where there is no id or name."""
    if not fields.get("external_id") or not fields.get("name"):
        raise Refused(_("The row names no advertiser."))
    return _build(AdvertiserTotal, fields)


def _build(model: type[Made], fields: dict[str, Any]) -> Made:
    for name, most in _LIMITS[model].items():
        value = fields.get(name)
        if isinstance(value, str) and len(value) > most:
            if name == "external_id":
                raise Refused(_("The id is longer than %(most)d characters.") % {"most": most})
            fields[name] = value[:most]
    try:
        return model(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Refused(
            _("%(field)s cannot be used: %(detail)s.") % {"field": place, "detail": first["msg"]}
        ) from None


def identifier(value: Any) -> str:
    """Return an id as text; numbers that a spreadsheet wrote as "123.0" get their form back."""
    if isinstance(value, bool) or is_missing(value) or isinstance(value, dict | list):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else ""
    text = one_line(value)
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text


def text_id(text: str) -> str:
    """Return an id for an ad that has none: the hash of its text (SHA-256, the first 128 bits)."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def currency(value: Any) -> str:
    """Return the code of a currency (ISO 4217); empty where it is none."""
    text = str(value or "").strip().upper()
    return text if len(text) == 3 and text.isascii() and text.isalpha() else ""


def rest(fields: Mapping[str, Any], used: frozenset[str] | set[str]) -> dict[str, Any]:
    """Return the source's other fields as given, but for what is empty and for secrets in addresses."""
    kept = [(name, value) for name, value in fields.items() if name not in used and not _empty(value)]
    return {str(name)[:100]: _small(without_secrets(value)) for name, value in kept[:MOST_EXTRA]}


def _small(value: Any) -> Any:
    if isinstance(value, dict | list) and len(text := orjson.dumps(value, default=str)) > MOST_NESTED:
        return text[:MOST_NESTED].decode("utf-8", "ignore") + "…"
    return value


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})
