"""The toolkit's own shape: one `AdRecord` a row, as JSON lines, or as a table whose cells hold JSON where there are several values.

The row's own `source` stays, so that a file from another deployment finds its ads again. Its texts are plain by contract: markup in
them is shown as it is written, never run.
"""

from typing import Any

import orjson

from common.i18n import N_
from common.i18n import gettext as _
from political_ads.schemas.ads import AdRecord
from political_ads.sources.readers.building import build_ad, currency, identifier, rest
from political_ads.sources.readers.places import countries
from political_ads.sources.readers.plain import tidy
from political_ads.sources.readers.shapes import Fields, Format, Origin, Refused
from political_ads.sources.readers.values import address, count, moment, number, without_secrets

KEY = "toolkit"
_MARKS = frozenset({"source", "platform", "external_id"})
_TEXTS = ("text", "title", "description")
_WORDS = ("platform", "call_to_action", "link_caption", "page_name", "paid_for_by", "language", "weak_label")
_ADDRESSES = ("landing_url", "library_url", "image_url")
_AMOUNTS = ("spend_low", "spend_high")
_COUNTS = ("impressions_low", "impressions_high", "reach")
_MOMENTS = ("started_at", "ended_at", "created_at")
_LISTS = ("demographics", "regions")
_OURS = frozenset(AdRecord.model_fields)


def _claims(names: frozenset[str]) -> bool:
    return names >= _MARKS and bool(names & {"text", "title"})


def read(fields: Fields, origin: Origin) -> AdRecord:  # noqa: ARG001 - what every reader takes
    """Return the ad of one row; fields that are not ours are kept in `extra`. Raises `Refused` where a value cannot be used."""
    source = _line(fields, "source")
    if not source:
        raise Refused(_("The row does not say its source."))
    values: dict[str, Any] = {"source": source, "external_id": _id(fields, "external_id")}
    values |= {name: tidy(_text(fields, name)) for name in _TEXTS}
    values |= {name: _line(fields, name) for name in _WORDS}
    values |= {name: address(fields.get(name)) for name in _ADDRESSES}
    values |= {name: _stated(fields, name, number) for name in _AMOUNTS}
    values |= {name: _stated(fields, name, count) for name in _COUNTS}
    values |= {name: _stated(fields, name, moment) for name in _MOMENTS}
    values |= {name: _of(list, fields, name) for name in _LISTS}
    extra = _of(dict, fields, "extra")
    return build_ad(
        **values,
        page_id=_id(fields, "page_id"),
        declared_political=_declared(fields.get("declared_political")),
        countries=countries(_parsed(fields.get("countries")) or ()),
        currency=currency(fields.get("currency")),
        targeting=without_secrets(_of(dict, fields, "targeting")),
        extra={**rest(fields, _OURS), **rest(extra, frozenset())},
    )


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if value is None or isinstance(value, str):
        return value or ""
    raise Refused(_("%(field)s is not a text.") % {"field": name})


def _line(fields: Fields, name: str) -> str:
    return " ".join(tidy(_text(fields, name)).split())


def _id(fields: Fields, name: str) -> str:
    """Return an id as it stands; one that somebody's program wrote as a number is understood too."""
    return _line(fields, name) if isinstance(fields.get(name), str) else identifier(fields.get(name))


def _stated(fields: Fields, name: str, understand: Any) -> Any:
    """Return a value as it is understood. In our own shape one that cannot be is a mistake, not something to pass over."""
    value = fields.get(name)
    if value is None or value == "":
        return None
    understood = understand(value)
    if understood is None:
        raise Refused(_("%(field)s cannot be used: %(value)s.") % {"field": name, "value": str(value)[:80]})
    return understood


def _parsed(value: Any) -> Any:
    """Return a list or an object that a table holds as JSON in a cell."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return orjson.loads(value)
        except ValueError:
            return value
    return value


def _of(kind: type[list[Any]] | type[dict[str, Any]], fields: Fields, name: str) -> Any:
    value = _parsed(fields.get(name))
    if value is None or value == "":
        return kind()
    if not isinstance(value, kind):
        raise Refused(_("%(field)s is not of the form that it should have.") % {"field": name})
    return value


def _declared(value: Any) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


FORMAT = Format(KEY, N_("This toolkit’s own (JSON lines)"), _claims, read)
