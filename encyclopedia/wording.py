"""Words for codes: what readers see instead of `practice`, `dead` or `approved`."""

from babel import Locale, UnknownLocaleError

from common.i18n import N_, current_locale
from common.i18n import gettext as _
from common.taxonomy import CRITERION_NAMES, ENTRY_KIND_NAMES, PHASE_NAMES, Criterion, EntryKind, Phase
from encyclopedia.core.fields import FIELD_BY_KEY, FieldType

LANGUAGE_NAMES = {"en": "English", "fr": "Français"}
STATE_NAMES = {
    "draft": N_("Not reviewed"),
    "proposed": N_("Waiting for review"),
    "changes_asked": N_("Changes asked for"),
    "reviewed": N_("Reviewed"),
}
ORIGIN_NAMES = {
    "create": N_("new"),
    "restore": N_("restored"),
    "undo": N_("undone"),
    "rename": N_("renamed"),
    "translate": N_("translated"),
    "import": N_("imported"),
    "suggestion": N_("suggested"),
    "revert": N_("reverted"),
}
FACET_NAMES = {
    "kind": N_("Kind"),
    "phase": N_("Phase"),
    "criterion": N_("Criterion"),
    "language": N_("Language of the text"),
}
ICONS = {
    EntryKind.CASE_STUDY: "folder",
    EntryKind.PRACTICE: "list",
    EntryKind.TOOL: "settings",
    EntryKind.ACTOR: "users",
    EntryKind.CONCEPT: "book-open-text",
}


def kind_name(kind: str) -> str:
    """Return a kind's name in the reader's language."""
    return _(ENTRY_KIND_NAMES[EntryKind(kind)])


def state_name(state: str) -> str:
    """Return what a page's state of review is called."""
    return _(STATE_NAMES[state])


def facet_name(key: str) -> str:
    """Return a facet's name."""
    return _(FACET_NAMES[key] if key in FACET_NAMES else FIELD_BY_KEY[key].name)


def facet_value_name(key: str, value: str) -> str:
    """Return a facet value's name; a code that nobody knows any more stands for itself."""
    if key == "kind" and value in set(EntryKind):
        return kind_name(value)
    if key == "phase" and value in set(Phase):
        return _(PHASE_NAMES[Phase(value)])
    if key == "criterion" and value in set(Criterion):
        return _(CRITERION_NAMES[Criterion(value)])
    if key == "language":
        return language_name(value)
    return field_value_name(key, value)


def field_value_name(key: str, value: str) -> str:
    """Return a field's value as readers see it."""
    definition = FIELD_BY_KEY.get(key)
    if definition is None:
        return value
    if definition.type is FieldType.CHOICE:
        return _(dict(definition.choices).get(value, value))
    if definition.type is FieldType.COUNTRY:
        return country_name(value)
    if definition.type is FieldType.LANGUAGE:
        return language_name(value)
    if definition.type is FieldType.LICENCE and value == "proprietary":
        return _("Proprietary")
    return value


def country_name(code: str) -> str:
    """Return a country's name (ISO 3166-1 alpha-2) in the reader's language."""
    return str(Locale(current_locale()).territories.get(code.upper(), code))


def language_name(code: str) -> str:
    """Return a language's name (BCP 47) in the reader's language."""
    try:
        return Locale.parse(code, sep="-").get_display_name(current_locale()) or code
    except (UnknownLocaleError, ValueError):
        return code
