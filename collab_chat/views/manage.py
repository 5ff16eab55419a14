"""What coordinators set up: webhooks, commands, figures, feeds."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collab_chat.actions.feeds import EVERY
from collab_chat.core.feeds import FeedContent
from collab_chat.core.reach import Figure
from collab_chat.models import Feed, Hook, SlashCommand
from collab_chat.schemas.signals import MEANINGS, PROGRAM_MARKINGS
from collab_chat.views.shell import Marked, marked
from common.i18n import current_locale, ngettext
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.forms import Form

PREVIEWED = 5  # items of a feed that is looked at
_formats = Formats()


@dataclass(frozen=True)
class HookLine:
    """A webhook."""

    id: str
    name: str
    does: str
    tlp: Marked
    used: str
    ended: bool


@dataclass(frozen=True)
class CommandLine:
    """An outgoing command."""

    id: str
    word: str
    url: str
    help: str
    at: datetime


@dataclass(frozen=True)
class Once:
    """What is shown this once, after something was made."""

    title: str
    text: str
    secret: str


@dataclass(frozen=True)
class ManagePage:
    """The page. `hook_form`, `command_form`, `table_form`: as they were sent, where something was wrong."""

    hooks: tuple[HookLine, ...]
    tlps: tuple[tuple[str, str], ...]
    rooms: tuple[tuple[str, str], ...]
    commands: tuple[CommandLine, ...]
    figures: tuple[tuple[str, ...], ...]
    hook_form: Form
    command_form: Form
    table_form: Form
    once: Once | None


@dataclass(frozen=True)
class FeedLine:
    """A feed and how it does."""

    id: str
    name: str
    url: str
    state: str
    tone: str
    health: str
    error: str
    words: str
    paused: bool


@dataclass(frozen=True)
class PreviewLine:
    """An item of a feed that is looked at."""

    title: str
    when: str
    text: str


@dataclass(frozen=True)
class FeedsPage:
    """Feeds; with `preview`, what one holds before it is followed."""

    lines: tuple[FeedLine, ...]
    may_manage: bool
    form: Form
    intervals: tuple[tuple[str, str], ...]
    preview: tuple[PreviewLine, ...] | None
    preview_name: str


def manage_page(
    hooks: Sequence[tuple[Hook, str]],
    rooms: Sequence[tuple[uuid.UUID, str]],
    commands: Sequence[SlashCommand],
    figures: Sequence[Figure],
    *,
    once: Once | None = None,
    forms: dict[str, Form] | None = None,
) -> ManagePage:
    """Put the page together. `rooms`: into which one may let a webhook post; `forms`: by hook, command or table."""
    sent = forms or {}
    return ManagePage(
        hooks=tuple(_hook(hook, room) for hook, room in hooks),
        tlps=tuple((one.value, f"{one.label}: {_(MEANINGS[one])}") for one in PROGRAM_MARKINGS),
        rooms=tuple((str(room), name) for room, name in rooms),
        commands=tuple(CommandLine(str(one.id), one.word, one.url, one.help, one.at) for one in commands),
        figures=tuple(_figure(one) for one in figures),
        hook_form=sent.get("hook", Form()),
        command_form=sent.get("command", Form()),
        table_form=sent.get("table", Form()),
        once=once,
    )


def feeds_page(
    feeds: Sequence[Feed],
    *,
    may_manage: bool,
    form: Form | None = None,
    preview: FeedContent | None = None,
) -> FeedsPage:
    """Put the feeds' page together."""
    return FeedsPage(
        lines=tuple(_feed(one) for one in feeds),
        may_manage=may_manage,
        form=form or Form({"every": "15"}),
        intervals=tuple((str(minutes), _formats.duration(minutes * 60)) for minutes in EVERY),
        preview=None if preview is None else tuple(
            PreviewLine(
                one.title or one.url,
                _formats.datetime(one.at) if one.at else _("without a date"),
                one.text[:200],
            )
            for one in preview.items[:PREVIEWED]
        ),
        preview_name=preview.name if preview else "",
    )  # fmt: skip


def _hook(hook: Hook, room: str) -> HookLine:
    does = [_("posts into %(room)s") % {"room": room}] if room else []
    if hook.room_id is not None and not room:
        does = [_("posts into a room that you are not in")]
    does += [_("raises signals")] if hook.signals else []
    if hook.revoked_at is not None:
        used = _("ended %(when)s") % {"when": _formats.datetime(hook.revoked_at)}
    elif hook.used_at is None:
        used = _("not used yet")
    else:
        times = ngettext("used once, %(when)s", "used %(count)s times, last %(when)s", hook.times)
        used = times % {"count": _formats.number(hook.times), "when": _formats.relative(hook.used_at)}
    return HookLine(
        str(hook.id), hook.name, ", ".join(does), marked(hook.tlp), used, hook.revoked_at is not None
    )


def _figure(one: Figure) -> tuple[str, ...]:
    words = one.meaning.get(current_locale()) or next(iter(one.meaning.values()))
    return (one.platform, one.measure, _formats.number(one.at_least), words, one.dated, one.source)


def _feed(feed: Feed) -> FeedLine:
    if feed.paused:
        state, tone = _("paused"), "quiet"
    elif feed.failures:
        state, tone = _("fails"), "warn"
    elif feed.worked_at is None:
        state, tone = _("not read yet"), "info"
    else:
        state, tone = _("works"), "ok"
    return FeedLine(
        id=str(feed.id),
        name=feed.name,
        url=feed.url,
        state=state,
        tone=tone,
        health=" · ".join(_health(feed)),
        error=feed.error,
        words=", ".join(feed.words),
        paused=feed.paused,
    )


def _health(feed: Feed) -> list[str]:
    parts = [_("every %(time)s") % {"time": _formats.duration(feed.every_minutes * 60)}]
    if feed.worked_at:
        parts.append(_("last worked %(when)s") % {"when": _formats.relative(feed.worked_at)})
    if feed.failures:
        failed = ngettext("%(count)s failure", "%(count)s failures in a row", feed.failures)
        parts.append(failed % {"count": feed.failures})
        parts.append(_("asked again %(when)s") % {"when": _formats.datetime(feed.next_at)})
    items = ngettext("%(count)s item seen", "%(count)s items seen", feed.items)
    return [*parts, items % {"count": _formats.number(feed.items)}]
