"""How unusual an edit looks, before it is saved and when reviewers ask why; `core.spam` says what is looked at.

Only those are scored who are new here: whoever has edited for a while, or reviews, is not.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.i18n import gettext as _
from encyclopedia.actions.derive import host_of
from encyclopedia.actions.guard import NEW_EDITOR
from encyclopedia.actions.indexing import whole
from encyclopedia.core.markup import parse
from encyclopedia.core.spam import REASON_NAMES, SpamScore, spam_score
from encyclopedia.models import ExternalLink, Page, Revision
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.schemas import Text

MOST_HOSTS = 200  # of one edit, asked about


def score_edit(session: Session, actor: Actor, page: Page | None, text: Text, *, at: datetime) -> float:
    """Return how unusual an edit looks, in [0, 1]; 0 for whoever is not new. `page` None: a new entry."""
    if actor.person_id is None or PERMISSIONS.allows(actor, Permission.REVIEW):
        return 0.0
    own = Revision.author_id == actor.person_id
    edits = session.scalar(select(func.count()).where(own)) or 0
    if edits >= NEW_EDITOR:
        return 0.0
    old = ""
    if page is not None and page.revision_id is not None:
        old = whole(text_of(revision_of(session, actor, page.revision_id)))
    first: datetime | None = session.scalar(select(func.min(Revision.at)).where(own))
    seconds = (at - first).total_seconds() if first else 0.0
    language = page.language if page else "en"
    return _score(session, old, whole(text), language, edits=edits, seconds=seconds).value


def score_words(session: Session, old: str, new: str, language: str) -> float:
    """Return how unusual words look that somebody without an account sent."""
    return _score(session, old, new, language, edits=0, seconds=0.0).value


def reasons_of(session: Session, actor: Actor, revision: Revision, language: str) -> Sequence[str]:
    """Return, in words, what is unusual about a revision; its text and its parent's are read again."""
    new = whole(text_of(revision_of(session, actor, revision.id)))
    old = whole(text_of(revision_of(session, actor, revision.parent_id))) if revision.parent_id else ""
    return words_of(_score(session, old, new, language, edits=0, seconds=0.0))


def reasons_for_words(session: Session, old: str, new: str, language: str) -> Sequence[str]:
    """Return, in words, what is unusual about words that somebody without an account sent."""
    return words_of(_score(session, old, new, language, edits=0, seconds=0.0))


def words_of(score: SpamScore) -> Sequence[str]:
    """Return a score's reasons in the reader's language."""
    return [_(REASON_NAMES[reason]) for reason in score.reasons]


def _score(session: Session, old: str, new: str, language: str, *, edits: int, seconds: float) -> SpamScore:
    before = set(parse(old, language).external_links) if old else set()
    added = [url for url in parse(new, language).external_links if url not in before]
    return spam_score(
        old,
        new,
        added_links=added,
        editor_edits=edits,
        seconds_since_first=seconds,
        known_domains=_known(session, added),
    )


def _known(session: Session, urls: Collection[str]) -> Collection[str]:
    hosts = sorted({host_of(url) for url in urls})[:MOST_HOSTS]
    if not hosts:
        return ()
    return set(session.scalars(select(ExternalLink.host).where(ExternalLink.host.in_(hosts)).distinct()))
