"""Ads from Meta's library to stored ads: page by page, each one transaction, going on where an earlier run stopped."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from common.accounts.actors import Actor, operator
from common.errors import Invalid
from common.i18n import gettext as _
from common.web.services import Services
from political_ads.actions import imports
from political_ads.actions.storing import keep_part
from political_ads.models import Import
from political_ads.queries.imports import import_of, unfinished
from political_ads.service.importing import Progress
from political_ads.sources.meta_api import POLITICAL, MetaLibrary, Search, open_client


def asked(
    terms: str,
    countries: Sequence[str],
    pages: Sequence[str],
    *,
    political: bool,
    since: datetime | None,
    until: datetime | None,
) -> Search:
    """Return the search that a person described. Raises `Invalid` where something is missing."""
    search = Search(
        countries=tuple(dict.fromkeys(code.strip().upper() for code in countries)),
        terms=terms.strip(),
        pages=tuple(pages),
        ad_type=POLITICAL if political else "ALL",
        since=since.date() if since else None,
        until=until.date() if until else None,
    )
    search.parameters()
    return search


def fetch_ads(
    services: Services, search: Search, *, most: int, tell: Callable[[str], None], progress: Progress
) -> Import:
    """Store what a search finds, at most `most` ads more. Raises `Invalid` where no token is set, and what Meta answers."""
    token = services.settings.ads_meta_token
    if token is None:
        raise Invalid(_("Set DISINFO_ADS_META_TOKEN to a token for Meta's Ad Library API first."))
    with open_client(f"disinfo-toolkit ({services.settings.public_url})") as http:
        version = services.settings.ads_meta_version
        library = MetaLibrary(http, token.get_secret_value(), version=version, tell=tell)
        return store_search(services, operator(), library, search, most=most, progress=progress)


def store_search(
    services: Services, actor: Actor, library: MetaLibrary, search: Search, *, most: int, progress: Progress
) -> Import:
    """Store a search's pages; a search that stopped before its end goes on after its last stored page."""
    digest = hashlib.sha256(repr(sorted(search.parameters().items())).encode()).hexdigest()
    with services.database.write() as session:
        record = unfinished(session, actor, search.name, digest)
        if record is None:
            given = imports.NewImport(
                search.name, "meta_ads", preview={"sha256": digest, "search": search.parameters()}
            )
            record = imports.open_import(session, actor, given, state="applying", at=services.clock())
        else:
            imports.begin(actor, record)
        import_id, cursor, before = record.id, record.preview.get("cursor", ""), record.rows
    for part, after in library.parts(search, cursor=cursor):
        with services.database.write() as session:
            record = import_of(session, actor, import_id)
            keep_part(session, actor, record, part, at=services.clock(), cursor=after)
            if after and record.rows - before >= most:
                imports.keep_stop(actor, record, "paused")
        progress(record, part.bytes_read, 0)
        if record.state == "paused":
            return record
    with services.database.write() as session:
        record = import_of(session, actor, import_id)
        imports.finish(session, actor, record, at=services.clock())
    return record
