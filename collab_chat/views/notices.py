"""What somebody is told elsewhere, and how: the page on which they choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collab_chat.actions.notices import Offered
from collab_chat.core.notices import DEFAULT, WHAT_NAMES, What
from collab_chat.models import Notice, NoticeChoice, PushAddress, Room
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.forms import Form

WAYS = {"email": "E-mail", "push": "Push", "service": "Apprise"}


@dataclass(frozen=True)
class Browser:
    """A browser that takes notices."""

    id: str
    host: str
    at: datetime


@dataclass(frozen=True)
class NoticeLine:
    """A notice and what became of it."""

    title: str
    way: str
    at: datetime
    state: str
    tone: str
    error: str


@dataclass(frozen=True)
class NoticesPage:
    """The page. `push_key` "": web push is not offered here."""

    what: tuple[tuple[str, str, bool], ...]
    rooms: tuple[tuple[str, str, bool], ...]  # id, name, muted
    email: str
    by_email: bool
    email_offered: bool
    push: bool
    push_key: str
    browsers: tuple[Browser, ...]
    kinds: str
    services: str
    language: str
    lines: tuple[NoticeLine, ...]
    form: Form


def notices_page(  # noqa: PLR0913 - what the page shows
    choice: NoticeChoice | None,
    browsers: Sequence[PushAddress],
    rooms: Sequence[tuple[Room, str]],
    last: Sequence[Notice],
    offered: Offered,
    *,
    email: str,
    push_key: str,
    form: Form,
) -> NoticesPage:
    """Put the page together; what was typed and refused stands as it was typed."""
    what = set(choice.what if choice else DEFAULT)
    muted = set(choice.muted_rooms if choice else ())
    return NoticesPage(
        what=tuple((one.value, _(WHAT_NAMES[one]), one in what) for one in What),
        rooms=tuple((str(one.id), name, str(one.id) in muted) for one, name in rooms),
        email=email,
        by_email=choice.email if choice else True,
        email_offered=offered.email,
        push=choice.push if choice else True,
        push_key=push_key,
        browsers=tuple(
            Browser(str(one.id), one.endpoint.split("/")[2] if "/" in one.endpoint else "", one.at)
            for one in browsers
        ),
        kinds=", ".join(f"{one}://" for one in sorted(offered.services)),
        services=form.values.get("services") or "\n".join(choice.services if choice else ()),
        language=choice.language if choice else current_locale(),
        lines=tuple(_line(one) for one in last),
        form=form,
    )


def _line(one: Notice) -> NoticeLine:
    words = {
        "waiting": (_("waiting"), "info"),
        "sent": (_("sent"), "ok"),
        "failed": (_("given up"), "danger"),
    }
    state, tone = words[one.state]
    if one.state == "waiting" and one.attempts:
        state, tone = _("tried %(count)s times") % {"count": one.attempts}, "warn"
    return NoticeLine(str(one.content.get("title", "")), WAYS[one.way], one.at, state, tone, one.error)
