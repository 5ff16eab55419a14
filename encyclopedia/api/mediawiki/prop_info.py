"""`prop=info`, `pageprops`, `categoryinfo` and `imageinfo`: facts about pages."""

from typing import Any
from urllib.parse import quote, urlencode

from encyclopedia.api.mediawiki.answers import timestamp
from encyclopedia.api.mediawiki.call import Call
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.table import Batch, Module, Outcome, Parameter
from encyclopedia.core.wiki_titles import Namespace
from encyclopedia.permissions import Permission, Protection
from encyclopedia.queries.mediawiki.details import TextState, made, newest_revisions, states
from encyclopedia.queries.mediawiki.files import FileVersion, versions
from encyclopedia.queries.mediawiki.pages import WikiPage, categories
from encyclopedia.queries.mediawiki.people import watched_entries

MODEL, FORMAT = "markdown", "text/markdown"


def info(call: Call, given: Given, batch: Batch) -> Outcome:
    """Tell how pages stand."""
    wanted = set(given.texts("prop"))
    texts = states(call.session, batch.texts())
    watched = watched_entries(call.session, call.actor) if "watched" in wanted else frozenset()
    for page in batch.pages:
        state = texts.get(page.page_id) if page.page_id is not None else None
        batch.tell(page, **_basics(call, page, state))
        if "protection" in wanted:
            batch.tell(page, protection=protection_of(state), restrictiontypes=["edit", "move"])
        if "watched" in wanted:
            batch.tell(page, watched=page.entry_id in watched)
        if "displaytitle" in wanted:
            batch.tell(page, displaytitle=page.own_title or str(page.title))
        if "talkid" in wanted and page.is_text and page.primary:
            batch.tell(page, talkid=0)
        if "url" in wanted:
            batch.tell(page, **addresses(call, page))
        tests = given.texts("testactions")
        if tests:
            batch.tell(page, actions={action: _may(call, action, state) for action in tests})
    return Outcome()


def _basics(call: Call, page: WikiPage, state: TextState | None) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "contentmodel": MODEL,
        "pagelanguage": page.language,
        "pagelanguagehtmlcode": page.language,
        "pagelanguagedir": "ltr",
    }
    if state is not None and page.is_text:
        return facts | {
            "touched": timestamp(state.touched_at),
            "lastrevid": state.revision_id,
            "length": state.bytes,
        }
    text = made(call.session, page) if page.exists else None
    if text is not None:
        facts |= {
            "touched": timestamp(text.at),
            "lastrevid": text.revision_id,
            "length": len(text.text.encode()),
        }
    if page.leads_to is not None:
        facts["redirect"] = True
    return facts


def protection_of(state: TextState | None) -> list[dict[str, str]]:
    """Return who may edit and rename a page, as MediaWiki lists it; nothing for what everybody may."""
    if state is None or state.protection == Protection.OPEN:
        return []
    return [{"type": kind, "level": state.protection, "expiry": "infinity"} for kind in ("edit", "move")]


def addresses(call: Call, page: WikiPage) -> dict[str, str]:
    """Return where people find a page."""
    address = call.url("index.php") + "?" + urlencode({"title": str(page.title)}, quote_via=quote)
    return {"fullurl": address, "editurl": f"{address}&action=edit", "canonicalurl": address}


def _may(call: Call, action: str, state: TextState | None) -> bool:
    needed = {
        "read": Permission.READ,
        "create": Permission.CREATE,
        "edit": Permission.EDIT,
        "move": Permission.RENAME,
        "delete": Permission.DELETE,
        "upload": Permission.UPLOAD,
    }.get(action)
    if needed is None or not call.may(needed):
        return False
    under = (
        {
            Protection.REVIEWERS: Permission.EDIT_REVIEWERS,
            Protection.COORDINATORS: Permission.EDIT_COORDINATORS,
        }.get(Protection(state.protection))
        if state
        else None
    )
    return action == "read" or under is None or call.may(under)


def page_props(call: Call, given: Given, batch: Batch) -> Outcome:
    """Tell what a text has besides its body: kind, lead, fields, state of review. They are read-only here."""
    wanted = set(given.texts("prop"))
    texts = batch.texts()
    known = states(call.session, texts)
    revisions = newest_revisions(call.session, texts, with_text=True)
    for number, page in texts.items():
        state, revision = known.get(number), revisions.get(number)
        if state is None or revision is None:
            continue
        props = {
            "displaytitle": page.own_title,
            "kind": state.kind,
            "lead": state.lead,
            "review": state.state,
        }
        props |= {f"field-{key}": str(value) for key, value in revision.fields.items()}
        shown = {key: value for key, value in props.items() if not wanted or key in wanted}
        if shown:
            batch.tell(page, pageprops=shown)
    return Outcome()


def category_info(call: Call, given: Given, batch: Batch) -> Outcome:  # noqa: ARG001 - every module takes what was given
    """Tell how many entries categories have."""
    if any(page.title.namespace == Namespace.CATEGORY for page in batch.pages):
        counts = {each.page.facet: each.entries for each in categories(call.session)}
        for page in batch.pages:
            if page.facet in counts:
                count = counts[page.facet]
                batch.tell(
                    page,
                    categoryinfo={"size": count, "pages": count, "files": 0, "subcats": 0, "hidden": False},
                )
    return Outcome()


def image_info(call: Call, given: Given, batch: Batch) -> Outcome:
    """Tell of files' versions, the newest first."""
    files = {page.media_id: page for page in batch.pages if page.media_id is not None}
    most = given.limit()
    wanted = set(given.texts("prop"))
    for media_id, found in versions(call.session, files, limit=most).items():
        page = files[media_id]
        batch.tell(page, imagerepository="local", badfile=False)
        for place, version in enumerate(found):
            batch.add(page, "imageinfo", told_of(call, version, wanted, place))
    for page in batch.pages:
        if page.title.namespace == Namespace.FILE and page.media_id is None:
            batch.tell(page, imagerepository="")
    return Outcome()


def told_of(call: Call, version: FileVersion, wanted: set[str], place: int) -> dict[str, Any]:
    """Return what is told of one version of a file."""
    address = call.url(f"media/file/{version.sha256}/full")
    known: dict[str, dict[str, Any]] = {
        "timestamp": {"timestamp": timestamp(version.at)},
        "user": {"user": version.by_name},
        "size": {"size": version.bytes, "width": version.width or 0, "height": version.height or 0},
        "dimensions": {"size": version.bytes, "width": version.width or 0, "height": version.height or 0},
        "comment": {"comment": version.comment},
        "url": {"url": address, "descriptionurl": call.url(f"media/{quote(version.name)}")},
        "sha1": {"sha1": version.sha1},
        "mime": {"mime": version.type},
        "mediatype": {"mediatype": "OFFICE" if version.type == "application/pdf" else "BITMAP"},
        "metadata": {"metadata": None},
        "archivename": {"archivename": f"{version.number}!{version.name}"} if place else {},
        "canonicaltitle": {"canonicaltitle": f"File:{version.name.replace('_', ' ')}"},
        "bitdepth": {"bitdepth": 8},
    }
    return {key: value for name in known if name in wanted for key, value in known[name].items()}


IMAGE_PROPS = (
    "timestamp", "user", "userid", "comment", "parsedcomment", "canonicaltitle", "url", "size", "dimensions", "sha1",
    "mime", "thumbmime", "mediatype", "metadata", "commonmetadata", "extmetadata", "archivename", "bitdepth",
    "uploadwarning", "badfile",
)  # fmt: skip
MODULES = (
    Module(
        "info",
        "prop",
        (
            Parameter(
                "prop",
                ("protection", "talkid", "watched", "watchers", "visitingwatchers", "notificationtimestamp",
                 "subjectid", "associatedpage", "url", "readable", "preload", "preloadcontent", "displaytitle"),
                multi=True,
            ),
            Parameter("testactions", multi=True),
            Parameter("continue"),
        ),
        info,
        prefix="in",
    ),
    Module("pageprops", "prop", (Parameter("continue"), Parameter("prop", multi=True)), page_props, prefix="pp"),
    Module("categoryinfo", "prop", (Parameter("continue"),), category_info, prefix="ci"),
    Module(
        "imageinfo",
        "prop",
        (
            Parameter("prop", IMAGE_PROPS, multi=True, default="timestamp|user"),
            Parameter("limit", "limit", default="1"),
            Parameter("start", "timestamp"),
            Parameter("end", "timestamp"),
            Parameter("urlwidth", "integer", default="-1"),
            Parameter("urlheight", "integer", default="-1"),
            Parameter("continue"),
        ),
        image_info,
        prefix="ii",
    ),
)  # fmt: skip
