"""What the log's lines say."""

from collections.abc import Mapping
from typing import Any

from common.i18n import N_
from common.i18n import gettext as _

LOG_WORDS: Mapping[str, str] = {
    "created": N_("opened the entry"),
    "renamed": N_("renamed the entry"),
    "protected": N_("changed who may edit"),
    "chose what readers see": N_("chose what readers see"),
    "deleted": N_("deleted the entry"),
    "brought back": N_("brought the entry back"),
    "approved": N_("approved a revision"),
    "asked for changes": N_("asked for changes"),
    "confirmed": N_("confirmed that it still holds"),
    "blocked": N_("blocked"),
    "unblocked": N_("lifted the block of"),
    "reverted all": N_("undid all recent edits of"),
    "took up a suggestion": N_("took up a suggestion"),
    "declined a suggestion": N_("declined a suggestion"),
    "imported": N_("imported"),
    "undid an import": N_("undid the import of"),
    "mended a reference": N_("mended a reference of a vocabulary"),
    "dropped a reference": N_("dropped a reference of a vocabulary"),
    "took a decision back": N_("took a decision on a reference back"),
    "judged a mapping": N_("judged a mapping between vocabularies"),
    "added a vocabulary": N_("added a vocabulary"),
}


def log_words(action: str, details: Mapping[str, Any]) -> str:
    """Return what somebody did; an action that has no words yet stands for itself."""
    words = _(LOG_WORDS[action]) if action in LOG_WORDS else action
    if action == "approved" and details.get("own"):
        return _("approved a revision of their own, since nobody else reviews")
    if action == "renamed" and details.get("new_title"):
        return _("renamed the entry to “%(title)s”") % {"title": details["new_title"]}
    return words
