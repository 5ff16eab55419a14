"""Whether a value can stand in a field."""

import re

from common.i18n import N_
from encyclopedia.core.fields import FieldDefinition, FieldType
from encyclopedia.schemas import Message

_PATTERNS = {
    FieldType.URL: re.compile(r"https?://\S+"),
    FieldType.DATE: re.compile(r"\d{4}(-\d{2}(-\d{2})?)?(/(\d{4}(-\d{2}(-\d{2})?)?|\.\.))?"),
    FieldType.COUNTRY: re.compile(r"[A-Z]{2}"),
    FieldType.LANGUAGE: re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
    FieldType.LICENCE: re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*"),
    FieldType.TERM: re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"),
}
_FAULTS = {
    FieldType.URL: N_("%(field)s: “%(value)s” is not a web address (https://…)."),
    FieldType.DATE: N_("%(field)s: “%(value)s” is not a date such as 2019, 2019-05 or 2019-05-07/2019-06."),
    FieldType.COUNTRY: N_(
        "%(field)s: “%(value)s” is not a country's two-letter code (ISO 3166), such as FR."
    ),
    FieldType.LANGUAGE: N_("%(field)s: “%(value)s” is not a language's code (BCP 47), such as fr."),
    FieldType.LICENCE: N_("%(field)s: “%(value)s” is not an SPDX identifier, nor “proprietary”."),
    FieldType.TERM: N_("%(field)s: “%(value)s” is not a term's code, such as T0049."),
    FieldType.CHOICE: N_("%(field)s: “%(value)s” is not one of the choices."),
}


def fault_of(definition: FieldDefinition, value: str) -> Message | None:
    """Return why a value cannot stand in a field, or None where it can."""
    if definition.type is FieldType.CHOICE:
        fits = any(value == code for code, _ in definition.choices)
    else:
        pattern = _PATTERNS.get(definition.type)
        fits = pattern is None or pattern.fullmatch(value) is not None
    if fits:
        return None
    return Message(template=_FAULTS[definition.type], values={"field": definition.key, "value": value[:80]})
