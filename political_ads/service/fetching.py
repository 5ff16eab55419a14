"""Ads from Meta's library to stored ads: looked at, then page by page, each one transaction, going on where an earlier run stopped."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from common.accounts.actors import Actor, operator
from common.errors import Invalid, TooMany
from common.i18n import gettext as _
from common.web.services import Services
from political_ads.actions import imports
from political_ads.actions.storing import keep_part
from political_ads.models import Import
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.imports import import_of, unfinished
from political_ads.service.importing import Progress, counted
from political_ads.sources.meta_api import POLITICAL, MetaLibrary, Search, open_client

LIBRARY = "political_ads.meta_library"  # in `services.extras`: another library, as tests put in its place
PREVIEWED = 25  # ads of a search that are looked at before it is stored
MOST = 10_000  # ads that a search stores at once, where nobody said another number
PATIENCE = 5.0  # seconds that a person waits for a preview while Meta is busy


def asked(
    terms: str,
    countries: Sequence[str],
    pages: Sequence[str],
    *,
    political: bool,
    since: datetime | date | None,
    until: datetime | date | None,
) -> Search:
    """Return the search that a person described. Raises `Invalid` where something is missing."""
    search = Search(
        countries=tuple(dict.fromkeys(code.strip().upper() for code in countries)),
        terms=terms.strip(),
        pages=tuple(pages),
        ad_type=POLITICAL if political else "ALL",
        since=since.date() if isinstance(since, datetime) else since,
        until=until.date() if isinstance(until, datetime) else until,
    )
    search.parameters()
    return search


def has_token(services: Services) -> bool:
    """Say whether this deployment may ask Meta's library at all."""
    return services.settings.ads_meta_token is not None or LIBRARY in services.extras


def look_at_search(services: Services, actor: Actor, search: Search, *, most: int) -> Import:
    """Ask for the first ads of a search, and open an import with what would come of them. Nothing is stored.

    Raises what `MetaLibrary.pages` raises, and `TooMany` where Meta asks to wait longer than a person does.
    """
    PERMISSIONS.require(actor, Permission.IMPORT)
    with _library_of(services, tell=lambda _words: None, sleep=_hardly_wait) as library:
        library.size = PREVIEWED
        part, after = next(library.parts(search))
    with services.database.write() as session:
        told = counted(session, [part]) | {"whole": not after, "most": most} | _said_of(search)
        given = imports.NewImport(search.name, "meta_ads", preview=told)
        return imports.open_import(session, actor, given, state="previewed", at=services.clock())


def fetch_ads(
    services: Services, search: Search, *, most: int, tell: Callable[[str], None], progress: Progress
) -> Import:
    """Store what a search finds, at most `most` ads more. Raises `Invalid` where no token is set, and what Meta answers."""
    with _library_of(services, tell=tell, sleep=time.sleep) as library:
        return store_search(services, operator(), library, search, most=most, progress=progress)


def store_search(
    services: Services, actor: Actor, library: MetaLibrary, search: Search, *, most: int, progress: Progress
) -> Import:
    """Store a search's pages; a search that stopped before its end goes on after its last stored page."""
    said = _said_of(search)
    with services.database.write() as session:
        record = unfinished(session, actor, search.name, said["sha256"])
        if record is None:
            given = imports.NewImport(search.name, "meta_ads", preview=said)
            record = imports.open_import(session, actor, given, state="applying", at=services.clock())
        else:
            imports.begin(actor, record)
    return _walk(services, actor, library, search, record, most=most, progress=progress)


def go_on_with_search(
    services: Services,
    import_id: int,
    *,
    progress: Progress,
    tell: Callable[[str], None],
    sleep: Callable[[float], None],
) -> Import:
    """Store the pages of a search that a person looked at and confirmed, after the last one that is stored."""
    with services.database.read() as session:
        record = import_of(session, operator("job"), import_id)
    actor = imports.importer(record)
    if not record.parts:
        with services.database.write() as session:
            imports.let_preview_go(actor, import_of(session, actor, import_id))
    search, most = stored_search(record), int(record.preview.get("most", MOST))
    with _library_of(services, tell=tell, sleep=sleep) as library:
        return _walk(services, actor, library, search, record, most=most, progress=progress)


def is_search(record: Import) -> bool:
    """Say whether an import is a search of a platform's library that can be gone on with from its own record."""
    return "asked" in record.preview


def stored_search(record: Import) -> Search:
    """Return the search that an import was opened for."""
    said: Mapping[str, Any] = record.preview["asked"]
    return Search(
        countries=tuple(said["countries"]),
        terms=said["terms"],
        pages=tuple(said["pages"]),
        ad_type=said["ad_type"],
        since=date.fromisoformat(said["since"]) if said["since"] else None,
        until=date.fromisoformat(said["until"]) if said["until"] else None,
    )


def _said_of(search: Search) -> dict[str, Any]:
    """Return a search as plain values: `asked` makes it again, `sha256` tells it from others."""
    parameters = search.parameters()
    days = {name: day.isoformat() if day else "" for name, day in (("since", search.since), ("until", search.until))}  # fmt: skip
    said = {"terms": search.terms, "ad_type": search.ad_type, **days}
    lists = {"countries": list(search.countries), "pages": list(search.pages)}
    digest = hashlib.sha256(repr(sorted(parameters.items())).encode()).hexdigest()
    return {"sha256": digest, "search": parameters, "asked": said | lists}


def _walk(
    services: Services,
    actor: Actor,
    library: MetaLibrary,
    search: Search,
    record: Import,
    *,
    most: int,
    progress: Progress,
) -> Import:
    import_id, cursor, before = record.id, record.preview.get("cursor", ""), record.rows
    for part, after in library.parts(search, cursor=cursor):
        with services.database.write() as session:
            record = import_of(session, actor, import_id)
            keep_part(session, actor, record, part, at=services.clock(), cursor=after)
            if after and record.rows - before >= most:
                imports.keep_stop(actor, record, "paused")
        progress(record, record.rows, 0)  # how many there are, the library does not say
        if record.state == "paused":
            return record
    with services.database.write() as session:
        record = import_of(session, actor, import_id)
        imports.finish(session, actor, record, at=services.clock())
    return record


@contextmanager
def _library_of(
    services: Services, *, tell: Callable[[str], None], sleep: Callable[[float], None]
) -> Iterator[MetaLibrary]:
    """Give Meta's library with this deployment's token. Raises `Invalid` where none is set."""
    put_in_place = services.extras.get(LIBRARY)
    if isinstance(put_in_place, MetaLibrary):
        put_in_place.tell, put_in_place.sleep = tell, sleep
        yield put_in_place
        return
    token = services.settings.ads_meta_token
    if token is None:
        raise Invalid(_("Set DISINFO_ADS_META_TOKEN to a token for Meta's Ad Library API first."))
    with open_client(f"disinfo-toolkit ({services.settings.public_url})") as http:
        version = services.settings.ads_meta_version
        yield MetaLibrary(http, token.get_secret_value(), version=version, tell=tell, sleep=sleep)


def _hardly_wait(seconds: float) -> None:
    """Wait as long as a person waits for a page. Raises `TooMany` where Meta asks for more."""
    if seconds > PATIENCE:
        told = _("Meta asks to wait %(seconds)d seconds before the next search. Try again then.")
        raise TooMany(told % {"seconds": round(seconds)}, retry_after=seconds)
    time.sleep(seconds)
