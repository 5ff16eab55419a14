"""What a reader must know before reading: deleted, not reviewed, outdated, in another language, no longer available."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from common.i18n import gettext as _
from common.i18n import ngettext
from common.taxonomy import EntryKind
from common.web.formats import Formats
from encyclopedia.queries.standing import Standing
from encyclopedia.queries.upkeep import Lag
from encyclopedia.schemas import Sheet
from encyclopedia.views.head import EntryHead, entry_path
from encyclopedia.wording import language_name

_formats = Formats()


@dataclass(frozen=True)
class Banner:
    """One remark above an entry; `tone` is that of `ui.notice`, `link` an address and its words."""

    tone: str
    text: str
    link: tuple[str, str] | None = None


def banners(
    request: Request,
    known: Standing,
    head: EntryHead,
    sheet: Sheet,
    lag: Lag | None,
    *,
    shown_id: int,
    at: datetime,
) -> tuple[Banner, ...]:
    """Return the remarks that hold, the weightiest first."""
    found = [
        _deleted(known),
        _other_language(request, known, head),
        _unreviewed(request, known, shown_id),
        _gone(known, sheet),
        _lagging(request, lag),
        _due(known, at),
    ]
    return tuple(banner for banner in found if banner)


def _deleted(known: Standing) -> Banner | None:
    if known.deleted_at is None:
        return None
    when = _formats.date(known.deleted_at)
    return Banner("danger", _("This entry was deleted on %(date)s. Readers do not see it.") % {"date": when})


def _other_language(request: Request, known: Standing, head: EntryHead) -> Banner | None:
    if known.language == known.asked:
        return None
    text = _("This entry has not been written in %(asked)s yet. You are reading it in %(shown)s.") % {
        "asked": language_name(known.asked),
        "shown": language_name(known.language),
    }
    if not head.may_edit:
        return Banner("info", text)
    return Banner(
        "info", text, (entry_path(request, "encyclopedia_translate", known.page.slug), _("Translate it"))
    )


def _unreviewed(request: Request, known: Standing, shown_id: int) -> Banner | None:
    """Tell of the other of the two revisions, where the newest is not the reviewed one."""
    page = known.page
    if page.reviewed_revision_id is None or page.reviewed_revision_id == page.revision_id:
        return None
    here = entry_path(request, "encyclopedia_entry", page.slug)
    if shown_id == page.revision_id:
        text = _("You are reading the newest revision. It has not been reviewed yet.")
        return Banner("info", text, (f"{here}?revision=reviewed", _("Read the reviewed one")))
    text = _("You are reading the last reviewed revision. There is a newer one, not reviewed yet.")
    return Banner("info", text, (f"{here}?revision=newest", _("Read the newest")))


def _gone(known: Standing, sheet: Sheet) -> Banner | None:
    facts = sheet.facts.get("status", ())
    value = facts[-1].value if facts else ""
    actor = known.kind == EntryKind.ACTOR
    words = {
        "dead": _("This actor is no longer active.") if actor else _("This tool is no longer available."),
        "limited": _("This actor is active in part only.") if actor else _("This tool works in part only."),
    }
    if value not in words:
        return None
    checked = facts[-1].read_on
    when = " " + _("Checked on %(date)s.") % {"date": _formats.date(checked)} if checked else ""
    return Banner("danger" if value == "dead" else "warn", words[value] + when)


def _lagging(request: Request, lag: Lag | None) -> Banner | None:
    if lag is None or not lag.edits or lag.newest_at is None:
        return None
    text = ngettext(
        "The text in %(language)s changed once since this translation was made, on %(date)s.",
        "The text in %(language)s changed %(count)s times since this translation was made, last on %(date)s.",
        lag.edits,
    ) % {
        "language": language_name(lag.source_language),
        "count": lag.edits,
        "date": _formats.date(lag.newest_at),
    }
    root = str(request.scope.get("root_path", "")).rpartition("/")[0]
    path = str(request.app.url_path_for("encyclopedia_entry", slug=lag.source_slug))
    return Banner("warn", text, (f"{root}/{lag.source_language}{path}", _("Read the newer text")))


def _due(known: Standing, at: datetime) -> Banner | None:
    if known.review_due_at is None or known.review_due_at > at:
        return None
    text = _("A review was due on %(date)s: check what you rely on.")
    return Banner("warn", text % {"date": _formats.date(known.review_due_at)})
