"""Searches that somebody comes back to, each with a feed whose address cannot be guessed."""

import uuid
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.secrets import new_token
from common.errors import Invalid, NotFound, SignInNeeded
from common.i18n import gettext as _
from encyclopedia.models import SavedSearch
from encyclopedia.permissions import PERMISSIONS, Permission

MOST_SEARCHES = 100
LONGEST_NAME = 120
LONGEST_QUERY = 2_000
NOT_KEPT = {"page"}  # a search is kept from its first page on


def save_search(session: Session, actor: Actor, name: str, query: str, *, at: datetime) -> SavedSearch:
    """Keep a search (`query`: as its page's address writes it) under a name. The same search twice is one, renamed.

    Raises:
        Invalid: it has no name, is too long, or there are too many.
    """
    person_id = _person(actor)
    name, query = " ".join(name.split()), _tidy(query)
    problems = {}
    if not name or len(name) > LONGEST_NAME:
        problems["name"] = _("Give this search a name of at most %(count)s characters.") % {
            "count": LONGEST_NAME
        }
    if len(query) > LONGEST_QUERY:
        problems["query"] = _("This search is too long to be kept.")
    if problems:
        raise Invalid(_("The search was not saved."), fields=problems)
    own = select(SavedSearch).where(SavedSearch.person_id == person_id)
    known = session.scalars(own.where(SavedSearch.query == query)).first()
    if known is not None:
        known.name = name
        return known
    if (session.scalar(select(func.count()).select_from(own.subquery())) or 0) >= MOST_SEARCHES:
        raise Invalid(_("You have %(count)s saved searches: forget one first.") % {"count": MOST_SEARCHES})
    saved = SavedSearch(person_id=person_id, name=name, query=query, token=new_token(), at=at)
    session.add(saved)
    session.flush()
    return saved


def forget_search(session: Session, actor: Actor, search_id: int) -> None:
    """Forget one's own saved search; its feed ends."""
    session.delete(_own(session, actor, search_id))


def renew_feed(session: Session, actor: Actor, search_id: int) -> SavedSearch:
    """Give a saved search's feed another address: the former one, known to too many, ends."""
    saved = _own(session, actor, search_id)
    saved.token = new_token()
    session.flush()
    return saved


def _own(session: Session, actor: Actor, search_id: int) -> SavedSearch:
    person_id = _person(actor)
    saved = session.get(SavedSearch, search_id)
    if saved is None or saved.person_id != person_id:
        raise NotFound(_("You have no such saved search."))
    return saved


def _person(actor: Actor) -> uuid.UUID:
    PERMISSIONS.require(actor, Permission.READ)
    if actor.person_id is None:
        raise SignInNeeded(_("Sign in to keep a search."))
    return actor.person_id


def _tidy(query: str) -> str:
    pairs = parse_qsl(query.lstrip("?"), max_num_fields=200)
    return urlencode([(key, value) for key, value in pairs if key not in NOT_KEPT])
