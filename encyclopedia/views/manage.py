"""What coordinators decide about an entry."""

from dataclasses import dataclass

from common.accounts.actors import Actor
from common.i18n import gettext as _
from common.web.forms import Form
from encyclopedia.actions.guard import may_edit_under
from encyclopedia.permissions import Protection
from encyclopedia.views.head import EntryHead

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ManagePage:
    """The page."""

    head: EntryHead
    protections: Choices
    protection: str
    choices: Choices
    readers_see: str
    links_here: int
    form: Form


def protections(viewer: Actor) -> Choices:
    """Return whom the viewer can leave an entry to."""
    words = {
        Protection.OPEN: _("All members"),
        Protection.REVIEWERS: _("Reviewers only"),
        Protection.COORDINATORS: _("Coordinators only"),
    }
    return tuple((each.value, words[each]) for each in Protection if may_edit_under(viewer, each))


def reader_choices(default: str) -> Choices:
    """Return what readers can be shown; `default`: the deployment's choice."""
    words = {"latest": _("The newest revision"), "reviewed": _("The last reviewed revision")}
    usual = _("As everywhere here: %(choice)s") % {"choice": words[default].lower()}
    return (("", usual), *words.items())
