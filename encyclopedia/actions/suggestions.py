"""Suggestions from people without an account: kept apart until a member takes them up or declines them with a reason.

Nothing about the person is stored but the name by which they wish to be credited, and the words themselves.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.secrets import new_token
from common.errors import Conflict, Forbidden, Invalid, TooMany
from common.i18n import gettext as _
from common.taxonomy import EntryKind
from encyclopedia.actions.entries import create_entry
from encyclopedia.actions.guard import may_edit_under
from encyclopedia.actions.log import note
from encyclopedia.actions.news import tell
from encyclopedia.actions.revisions import Edit, Origin, Saved, newest, save_text, tidy
from encyclopedia.actions.talk import open_thread
from encyclopedia.core.markup import normalise
from encyclopedia.models import Entry, Page, Suggestion, Thread
from encyclopedia.permissions import PERMISSIONS, Permission, Protection
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.queries.talk import watchers_of
from encyclopedia.schemas import LANGUAGES, Sheet, Text

LONGEST_NOTE = 5_000  # characters
LONGEST_TEXT = 200_000  # of what somebody without an account sends; members write up to schemas.LARGEST_TEXT
LONGEST_NAME = 120
LONGEST_PASSAGE = 500
LONGEST_REASON = 500
MOST_OPEN = 1_000  # that wait: beyond, nobody would get to them
WAIT_WHEN_FULL = 24 * 3600.0  # seconds


@dataclass(frozen=True)
class GivenNote:
    """A remark on an entry, on a passage of it where one is quoted."""

    note: str
    passage: str = ""


@dataclass(frozen=True)
class GivenText:
    """An entry's text as somebody would have it, and the revision they changed."""

    text: Text
    base_id: int
    note: str = ""


@dataclass(frozen=True)
class GivenEntry:
    """A new entry that somebody proposes."""

    kind: EntryKind
    text: Text
    note: str = ""


Given = GivenNote | GivenText | GivenEntry


def suggest(  # noqa: PLR0913 - what a suggestion is made of
    session: Session,
    actor: Actor,
    given: Given,
    *,
    language: str,
    name: str,
    spam: float,
    at: datetime,
    page: Page | None = None,
) -> Suggestion:
    """Keep a suggestion for a member to look at. `page`: what it is about, None for a new entry.

    Raises:
        Invalid: words are missing or too many, or a changed text changes nothing.
        TooMany: more wait already than anybody gets to.
    """
    PERMISSIONS.require(actor, Permission.SUGGEST)
    if language not in LANGUAGES:
        raise Invalid(_("The encyclopedia is not written in this language."))
    _refuse_flood(session)
    name = " ".join(normalise(name).split())
    suggestion = _checked(session, actor, given, page, name)
    suggestion.language, suggestion.name, suggestion.spam = language, name, spam
    suggestion.token, suggestion.at, suggestion.state = new_token(), at, "open"
    session.add(suggestion)
    session.flush()
    if page is not None:
        people = watchers_of(session, page.entry_id)
        tell(session, people, "suggested", Actor(name=name), at=at, entry_id=page.entry_id, language=language)
    return suggestion


def accept(session: Session, actor: Actor, suggestion: Suggestion, *, at: datetime) -> Entry | Saved | Thread:
    """Take a suggestion up: a text becomes a revision, merged with what changed since; a note a thread; an entry an entry.

    All name the person as they wished. Somebody with the right to edit answers for it: the log names the actor.

    Raises:
        EditConflict: the same words changed meanwhile; the suggestion stays open.
        Conflict: it was decided already.
    """
    PERMISSIONS.require(actor, Permission.MODERATE)
    _hold(session, suggestion)
    credit = suggestion.name or _("a reader")
    if suggestion.kind == "note":
        done: Entry | Saved | Thread = _to_thread(session, actor, suggestion, credit, at=at)
    elif suggestion.kind == "text":
        done = _to_revision(session, actor, suggestion, credit, at=at)
    else:
        done = _to_entry(session, actor, suggestion, credit, at=at)
    _decide(session, actor, suggestion, "accepted", "", at=at)
    return done


def close_as_done(
    session: Session, actor: Actor, suggestion: Suggestion, reason: str = "", *, at: datetime
) -> None:
    """Say that a suggestion was taken up by hand."""
    PERMISSIONS.require(actor, Permission.MODERATE)
    _hold(session, suggestion)
    _decide(session, actor, suggestion, "accepted", _reason(reason), at=at)


def decline(session: Session, actor: Actor, suggestion: Suggestion, reason: str, *, at: datetime) -> None:
    """Turn a suggestion down; whoever made it can read why.

    Raises:
        Invalid: no reason was given.
    """
    PERMISSIONS.require(actor, Permission.MODERATE)
    _hold(session, suggestion)
    reason = _reason(reason)
    if not reason:
        message = _("Say why: whoever made the suggestion can read it.")
        raise Invalid(message, fields={"reason": message})
    _decide(session, actor, suggestion, "declined", reason, at=at)


def _checked(session: Session, actor: Actor, given: Given, page: Page | None, name: str) -> Suggestion:
    words = normalise(given.note).strip()
    problems = _problems(given, words, name)
    if problems:
        raise Invalid(_("The suggestion was not sent yet."), fields=problems)
    if isinstance(given, GivenNote):
        passage = " ".join(normalise(given.passage).split())[:LONGEST_PASSAGE]
        words = f"> {passage}\n\n{words}" if passage else words
        return Suggestion(entry_id=page.entry_id if page else None, kind="note", note=words)
    text = tidy(given.text)
    made = Suggestion(note=words, text=text.model_dump(mode="json"))
    if isinstance(given, GivenEntry):
        made.kind, made.entry_kind = "entry", given.kind.value
        return made
    if page is None or text == text_of(revision_of(session, actor, given.base_id, page=page)):
        raise Invalid(_("Nothing was changed in the text yet."), fields={"body": _("Change the text first.")})
    made.kind, made.entry_id, made.base_id = "text", page.entry_id, given.base_id
    return made


def _problems(given: Given, words: str, name: str) -> dict[str, str]:
    text = None if isinstance(given, GivenNote) else given.text
    found = {
        "note": "" if text or words else _("Say what should change, or what is missing."),
        "title": "" if text is None or text.title.strip() else _("Write the entry’s title."),
        "body": "" if text is None or text.body.strip() else _("The text is empty."),
    }
    longest = {
        "name": (name, LONGEST_NAME),
        "note": (words, LONGEST_NOTE - LONGEST_PASSAGE - 10),
        "title": (text.title if text else "", 200),
        "lead": (text.lead if text else "", 500),
        "body": (text.body if text else "", LONGEST_TEXT),
    }
    for field, (value, most) in longest.items():
        if len(value) > most:
            found[field] = _("At most %(count)s characters fit here.") % {"count": most}
    return {field: words for field, words in found.items() if words}


def _refuse_flood(session: Session) -> None:
    waiting = session.scalar(select(func.count()).where(Suggestion.state == "open")) or 0
    if waiting >= MOST_OPEN:
        raise TooMany(
            _("More suggestions wait than can be looked at. Please come back tomorrow."),
            retry_after=WAIT_WHEN_FULL,
        )


def _hold(session: Session, suggestion: Suggestion) -> None:
    """Hold the suggestion: two members decide one after the other."""
    session.execute(select(Suggestion.id).where(Suggestion.id == suggestion.id).with_for_update())
    session.refresh(suggestion)
    if suggestion.state != "open":
        raise Conflict(_("%(name)s has decided on this already.") % {"name": suggestion.decided_by})


def _to_thread(
    session: Session, actor: Actor, suggestion: Suggestion, credit: str, *, at: datetime
) -> Thread:
    entry = session.get_one(Entry, suggestion.entry_id)
    words = suggestion.note.splitlines()
    subject = next((line for line in words if line and not line.startswith(">")), suggestion.note)
    subject = subject if len(subject) <= 80 else subject[:79].rsplit(" ", 1)[0] + "…"
    return open_thread(session, actor, entry, subject, suggestion.note, at=at, author_name=credit)


def _to_revision(
    session: Session, actor: Actor, suggestion: Suggestion, credit: str, *, at: datetime
) -> Saved:
    entry = session.get_one(Entry, suggestion.entry_id)
    page = session.scalars(
        select(Page).where(Page.entry_id == entry.id, Page.language == suggestion.language)
    ).one()
    if not may_edit_under(actor, Protection(entry.protection)):
        raise Forbidden(_("This entry is protected: a reviewer takes up suggestions for it."))
    newest(session, page)
    text = Text.model_validate(suggestion.text).model_copy(update={"title": page.title})
    if suggestion.base_id is not None:  # a title changes by renaming: it must not look like a conflict
        base = text_of(revision_of(session, actor, suggestion.base_id, page=page))
        text = text.model_copy(update={"title": base.title})
    edit = Edit(
        at, _summary(suggestion), base_id=suggestion.base_id, origin=Origin.SUGGESTION, spam=suggestion.spam,
        credit=credit,
    )  # fmt: skip
    return save_text(session, actor, page, text, edit)


def _to_entry(session: Session, actor: Actor, suggestion: Suggestion, credit: str, *, at: datetime) -> Entry:
    edit = Edit(at, _summary(suggestion), origin=Origin.SUGGESTION, spam=suggestion.spam, credit=credit)
    text = Text.model_validate(suggestion.text)
    kind = EntryKind(suggestion.entry_kind)
    entry = create_entry(session, actor, kind, suggestion.language, text, Sheet(), edit)
    suggestion.entry_id = entry.id
    return entry


def _summary(suggestion: Suggestion) -> str:
    return (" ".join(suggestion.note.split()) or _("Suggested by a reader"))[:500]


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_REASON:
        message = _("At most %(count)s characters fit here.") % {"count": LONGEST_REASON}
        raise Invalid(message, fields={"reason": message})
    return reason


def _decide(
    session: Session, actor: Actor, suggestion: Suggestion, state: str, reason: str, *, at: datetime
) -> None:
    suggestion.state, suggestion.reason = state, reason
    suggestion.decided_by, suggestion.decided_at = actor.name, at
    action = "took up a suggestion" if state == "accepted" else "declined a suggestion"
    note(
        session, actor, action, at=at, entry_id=suggestion.entry_id, comment=reason, suggestion=suggestion.id
    )
