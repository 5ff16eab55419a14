"""Atom feeds: recent changes, one entry, one person, what was reviewed, one saved search."""

import uuid
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b

from fastapi import APIRouter, Request, Response
from starlette.datastructures import QueryParams

from common.accounts.queries import actor_of_person
from common.accounts.viewer import Viewer
from common.errors import NotFound
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.services import App, ReadSession
from encyclopedia.core.atom import MEDIA_TYPE, AtomFeed, write_feed
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.changes import Wanted, changes
from encyclopedia.queries.comparing import changed_at
from encyclopedia.queries.contents import DatedEntry, newly_reviewed
from encyclopedia.queries.desk import search_by_token
from encyclopedia.queries.entries import entry_of, names
from encyclopedia.queries.people import contributor
from encyclopedia.queries.search import Sort, search
from encyclopedia.views.changes import query_of, wanted_from
from encyclopedia.views.feeds import Addresses, change_entries, dated_entries, feed_of
from encyclopedia.views.search import read_search

router = APIRouter(prefix="/feeds")
SIZE = 50  # entries of a feed
KEPT = "private, max-age=300"  # readers that ask more often than every five minutes get what they have


@router.get("/changes.atom", name="encyclopedia_feed_changes")
def changes_feed(request: Request, app: App, session: ReadSession, viewer: Viewer) -> Response:
    """Give what changed, with the same filters as the page."""
    wanted = wanted_from(request.query_params)
    at = Addresses(request, app.settings.public_url)
    found = changes(session, viewer, wanted, current_locale(), limit=SIZE).items
    query = query_of(wanted)
    href = at.of("encyclopedia_changes", query=query)
    name = "changes" + "".join(f"/{key}={value}" for key, value in sorted(query.items()))
    return _answer(request, feed_of(at, name, _("Recent changes"), href, change_entries(at, found)))


@router.get("/entries/{entry_id}.atom", name="encyclopedia_feed_entry")
def entry_feed(request: Request, app: App, session: ReadSession, viewer: Viewer, entry_id: int) -> Response:
    """Give what changed in one entry, what was done to it included."""
    entry = entry_of(session, viewer, entry_id)
    name = names(session, [entry.id], current_locale()).get(entry.id)
    if name is None:
        raise NotFound(_("There is no entry with this number, or it was deleted."))
    at = Addresses(request, app.settings.public_url)
    wanted = Wanted(entry_id=entry.id, log=True)
    found = changes(session, viewer, wanted, current_locale(), limit=SIZE).items
    feed = feed_of(at, f"entry/{entry.id}", name.title, at.entry(name.slug), change_entries(at, found))
    return _answer(request, feed)


@router.get("/people/{person_id}.atom", name="encyclopedia_feed_person")
def person_feed(
    request: Request, app: App, session: ReadSession, viewer: Viewer, person_id: uuid.UUID
) -> Response:
    """Give what one person did."""
    person = contributor(session, viewer, person_id)
    wanted = wanted_from(request.query_params, person_id=person_id)
    at = Addresses(request, app.settings.public_url)
    found = changes(session, viewer, wanted, current_locale(), limit=SIZE).items
    title = _("Contributions of %(name)s") % {"name": person.name}
    href = at.of("encyclopedia_person", person_id=person_id)
    return _answer(request, feed_of(at, f"person/{person_id}", title, href, change_entries(at, found)))


@router.get("/reviewed.atom", name="encyclopedia_feed_reviewed")
def reviewed_feed(request: Request, app: App, session: ReadSession, viewer: Viewer) -> Response:
    """Give the entries that were reviewed last."""
    PERMISSIONS.require(viewer, Permission.READ)
    at = Addresses(request, app.settings.public_url)
    found = newly_reviewed(session, current_locale(), limit=SIZE)
    href = at.of("encyclopedia_home")
    entries = dated_entries(at, found, "reviewed")
    return _answer(request, feed_of(at, "reviewed", _("Newly reviewed"), href, entries))


@router.get("/searches/{token}.atom", name="encyclopedia_feed_search")
def search_feed(request: Request, app: App, session: ReadSession, token: str) -> Response:
    """Give what a saved search finds, the entries changed last first; who knows the address reads as its owner does."""
    saved = search_by_token(session, token)
    owner = actor_of_person(session, saved.person_id, via="feed")
    PERMISSIONS.require(owner, Permission.READ)
    asked = read_search(QueryParams(saved.query))
    hits = search(session, replace(asked.query, sort=Sort.UPDATED), size=SIZE).hits
    entry_ids = [hit.entry_id for hit in hits]
    known, times = names(session, entry_ids, current_locale()), changed_at(session, entry_ids)
    found = [DatedEntry(known[id_], times[id_]) for id_ in entry_ids if id_ in known and id_ in times]
    at = Addresses(request, app.settings.public_url)
    href = f"{at.of('encyclopedia_search')}?{saved.query}"
    entries = dated_entries(at, found, "changed")
    return _answer(request, feed_of(at, f"search/{saved.id}", saved.name, href, entries))


def _answer(request: Request, feed: AtomFeed) -> Response:
    """Answer with the feed, or that the reader has it (RFC 9110 § 13.1: an ETag counts before a date)."""
    body = write_feed(feed)
    tag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    updated = feed.updated.replace(microsecond=0)
    headers = {
        "ETag": tag,
        "Last-Modified": format_datetime(updated, usegmt=True),
        "Cache-Control": KEPT,
        "Vary": "Cookie",
    }
    if _has_it(request, tag, updated):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=f"{MEDIA_TYPE}; charset=utf-8")


def _has_it(request: Request, tag: str, updated: datetime) -> bool:
    asked = request.headers.get("if-none-match")
    if asked is not None:
        return tag in [part.strip().removeprefix("W/") for part in asked.split(",")]
    since = request.headers.get("if-modified-since")
    if not since:
        return False
    try:
        return updated <= parsedate_to_datetime(since)
    except (TypeError, ValueError):  # not a date: then the condition does not count
        return False
