"""For harvesters and search engines: OAI-PMH, sitemaps. Their addresses stand outside the two languages."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import NotFound
from common.i18n import gettext as _
from common.web.services import App, ReadSession, Services
from encyclopedia.core.export.oai import (
    PREFIX,
    Answer,
    Harvested,
    HarvestToken,
    OaiError,
    entry_id_of,
    read_moment,
    sign,
    unsign,
)
from encyclopedia.core.export.sitemap import sitemap, sitemap_index
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.harvesting import (
    SETS,
    SITEMAP_PART,
    Asked,
    TextAddress,
    addresses,
    count_addresses,
    count_harvest,
    earliest_change,
    harvest,
    harvested,
)
from encyclopedia.service.exporting import site_at

router = APIRouter()
XML = "text/xml; charset=utf-8"
PORTION = 100  # records in one answer
LISTS = ("ListRecords", "ListIdentifiers")
# verb → (needed, allowed) arguments (§ 4); a resumption token stands alone.
ARGUMENTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset()),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    **dict.fromkeys(LISTS, (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"}))),
}


@router.get("/oai", name="encyclopedia_oai")
def ask_by_address(request: Request, app: App, session: ReadSession, viewer: Viewer) -> Response:
    """Answer a harvester."""
    return _oai(app, session, viewer, request.query_params.multi_items())


@router.post("/oai")
async def ask_by_form(request: Request, app: App, session: ReadSession, viewer: Viewer) -> Response:
    """Answer a harvester that posts its question (§ 3.1.1.2)."""
    form = await request.form()
    return _oai(app, session, viewer, [(key, str(value)) for key, value in form.multi_items()])


def _oai(app: Services, session: Session, viewer: Actor, pairs: Sequence[tuple[str, str]]) -> Response:
    PERMISSIONS.require(viewer, Permission.READ)
    base = f"{app.settings.public_url.rstrip('/')}/encyclopedia/oai"
    answer = Answer(base, app.clock(), pairs)
    try:
        content = _answered(app, session, viewer, answer, _arguments(pairs))
    except OaiError as error:
        content = answer.error(error)
    return Response(content, media_type=XML)


def _arguments(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the arguments, each once, as the verb takes them."""
    given = dict(pairs)
    verb = given.get("verb", "")
    if verb not in ARGUMENTS or [key for key, _value in pairs].count("verb") != 1:
        raise OaiError("badVerb", "The verb is missing, repeated, or none of the six.")
    if len(given) != len(pairs):
        raise OaiError("badArgument", "An argument is repeated.")
    own = set(given) - {"verb"}
    if "resumptionToken" in own and verb in {*LISTS, "ListSets"}:
        if own != {"resumptionToken"}:
            raise OaiError("badArgument", "A resumption token stands alone.")
        return given
    needed, allowed = ARGUMENTS[verb]
    if not needed <= own or not own <= needed | allowed:
        raise OaiError("badArgument", "An argument is missing, or is none of this verb's.")
    if given.get("metadataPrefix", PREFIX) != PREFIX:
        raise OaiError("cannotDisseminateFormat", "Records are given as oai_dc only.")
    return given


def _answered(app: Services, session: Session, viewer: Actor, answer: Answer, given: dict[str, str]) -> bytes:
    site, verb = site_at(app.settings.public_url), given["verb"]
    if verb == "Identify":
        host = site.address.partition("://")[2].partition("/")[0].partition(":")[0]
        earliest = earliest_change(session) or app.clock()
        return answer.identify(site, email=f"encyclopedia@{host}", earliest=earliest)
    if verb == "ListSets":
        if "resumptionToken" in given:
            raise OaiError("badResumptionToken", "The list of sets comes in one part.")
        return answer.sets((spec, _(name)) for spec, name in SETS.items())
    if verb == "ListMetadataFormats":
        if "identifier" in given:
            _record(session, viewer, entry_id_of(site, given["identifier"]))
        return answer.formats()
    if verb == "GetRecord":
        record = _record(session, viewer, entry_id_of(site, given["identifier"]))
        return answer.records(verb, [record], site, token=None, given=0, total=1)
    return _list(app, session, viewer, answer, given)


def _record(session: Session, viewer: Actor, entry_id: int) -> Harvested:
    record = harvested(session, viewer, entry_id)
    if record is None:
        raise OaiError("idDoesNotExist", "No record here has this identifier.")
    return record


def _list(app: Services, session: Session, viewer: Actor, answer: Answer, given: dict[str, str]) -> bytes:
    verb, key = given["verb"], app.settings.secret
    token = unsign(given["resumptionToken"], key) if "resumptionToken" in given else _first(given)
    if token.verb != verb:
        raise OaiError("badResumptionToken", "This token belongs to another verb.")
    since, until = (_moment(seconds) for seconds in (token.since, token.until))
    after = (datetime.fromisoformat(token.at), token.id) if token.at else None
    found = harvest(session, viewer, Asked(since, until, token.set, after), limit=PORTION + 1)
    if not found:
        raise OaiError("noRecordsMatch", "Nothing changed in this interval and set.")
    shown, last = found[:PORTION], found[:PORTION][-1]
    total = count_harvest(session, viewer, Asked(since, until, token.set))
    words = "" if token.at else None
    if len(found) > PORTION:
        further = HarvestToken(verb, token.since, token.until, token.set, last.at.isoformat(), last.id, token.given + len(shown))  # fmt: skip
        words = sign(further, key)
    return answer.records(
        verb, shown, site_at(app.settings.public_url), token=words, given=token.given, total=total
    )


def _first(given: dict[str, str]) -> HarvestToken:
    since, until = given.get("from"), given.get("until")
    if since and until and len(since) != len(until):
        raise OaiError("badArgument", "Both dates need the same granularity.")
    begin = int(read_moment(since).timestamp()) if since else None
    end = int(read_moment(until, end=True).timestamp()) if until else None
    if begin is not None and end is not None and begin > end:
        raise OaiError("badArgument", "The interval ends before it begins.")
    wanted = given.get("set", "")
    if wanted and wanted not in SETS:
        raise OaiError("noRecordsMatch", "There is no such set.")
    return HarvestToken(given["verb"], begin, end, wanted, "", 0, 0)


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


@router.get("/sitemap.xml", name="encyclopedia_sitemap")
def sitemaps(app: App, session: ReadSession, viewer: Viewer) -> Response:
    """List the parts of the sitemap."""
    parts = max(1, -(-count_addresses(session, viewer) // SITEMAP_PART))
    home = f"{app.settings.public_url.rstrip('/')}/encyclopedia"
    content = sitemap_index(f"{home}/sitemap-{number}.xml" for number in range(1, parts + 1))
    return Response(content, media_type="application/xml")


@router.get("/sitemap-{part}.xml")
def sitemap_part(
    app: App, session: ReadSession, viewer: Viewer, part: Annotated[int, Path(ge=1, le=10_000)]
) -> Response:
    """Give one part of the sitemap."""
    found = addresses(session, viewer, part=part)
    if not found and part > 1:
        raise NotFound(_("The sitemap has no such part."))
    site = app.settings.public_url.rstrip("/")
    pages = []
    for _entry, group in groupby(found, attrgetter("entry_id")):
        own = list(group)
        languages = {each.language: _address(site, each) for each in own}
        pages += [(languages[each.language], each.updated_at, languages) for each in own]
    return StreamingResponse(sitemap(pages), media_type="application/xml")


def _address(site: str, each: TextAddress) -> str:
    return f"{site}/{each.language}/encyclopedia/entries/{each.slug}"
