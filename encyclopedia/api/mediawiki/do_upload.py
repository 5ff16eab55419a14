"""`action=upload`: a file for the media library, whole or in parts (chunks), and what is said about it.

The library wants to know what a picture shows and under which licence. Both come in `text`: as front matter (`alt`, `licence`, `author`,
`source_url`, `caption`), or as a description with the licence in braces, as wikis write it: ``A map of … {{CC-BY-4.0}}``.
"""

import hashlib
import re
from typing import Any

from common.errors import Conflict
from common.i18n import gettext as _
from encyclopedia.actions.media import add_media, add_version
from encyclopedia.api.mediawiki.call import Answer, Call
from encyclopedia.api.mediawiki.failures import ApiFailure, missing_parameter
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.pageset import titled
from encyclopedia.api.mediawiki.prop_info import IMAGE_PROPS, told_of
from encyclopedia.api.mediawiki.table import Module, Parameter
from encyclopedia.core.exchange.front_matter import facts_of
from encyclopedia.core.media_licences import LICENCES
from encyclopedia.core.pictures import LARGEST_FILE
from encyclopedia.models import Media, MediaVersion
from encyclopedia.permissions import Permission
from encyclopedia.queries.mediawiki.files import versions
from encyclopedia.queries.mediawiki.pages import WikiPage
from encyclopedia.schemas import MediaAbout
from encyclopedia.service.outside import outside_of
from encyclopedia.sources.stash import Stash, WrongOffset

_BRACES = re.compile(r"\{\{\s*([\w.+-]+)\s*\}\}")
_BY_NAME = {code.casefold(): code for code in LICENCES}
LONGEST_ALT = 500


def upload(call: Call, given: Given) -> Answer:
    """Take a file, or a part of one."""
    if not call.may(Permission.UPLOAD) or call.actor.person_id is None:
        raise ApiFailure("permissiondenied", _("You do not have permission to upload files."))
    owner, stash = call.actor.person_id.hex, _stash(call)
    if given.text("url"):
        raise ApiFailure("copyuploaddisabled", _("Files are not fetched from other sites; send the file."))
    if given.flag("checkstatus"):
        return {"upload": {"result": "Success", "filekey": given.text("filekey")}}
    if "chunk" in call.files or (given.flag("stash") and "file" in call.files):
        return {"upload": _keep_part(call, given, stash, owner)}
    data, key = _whole(call, given, stash, owner)
    if not given.text("filename"):
        raise missing_parameter("filename")
    page = titled(call, f"File:{given.text('filename').removeprefix('File:')}")
    if page.media_id is not None and not given.flag("ignorewarnings"):
        if not key:
            key = stash.begin(owner, now=call.at.timestamp())
            stash.append(owner, key, 0, data)
        warnings = {"exists": page.title.name.replace(" ", "_")}
        return {"upload": {"result": "Warning", "warnings": warnings, "filekey": key, "sessionkey": key}}
    version = _add(call, given, page, data)
    if key:
        stash.remove(owner, key)
    return {"upload": _done(call, version)}


def _keep_part(call: Call, given: Given, stash: Stash, owner: str) -> dict[str, Any]:
    size = given.number("filesize") or 0
    if size > LARGEST_FILE:
        raise ApiFailure("file-too-large", _("The file is too large."))
    key = given.text("filekey") or stash.begin(owner, now=call.at.timestamp())
    part = call.files["chunk"] if "chunk" in call.files else call.files["file"]
    offset = given.number("offset") or 0
    if offset + len(part) > (size or LARGEST_FILE):
        raise ApiFailure("invalid-chunk", _("This part is larger than what is left of the file."))
    try:
        total = stash.append(owner, key, offset, part)
    except WrongOffset as error:
        raise ApiFailure("stashfailed", str(error), offset=error.size) from error
    except FileNotFoundError as error:
        raise ApiFailure("stashfailed", _("Nothing was sent under this key.")) from error
    if size and total < size:
        return {"result": "Continue", "offset": total, "filekey": key}
    sha1 = hashlib.sha1(stash.read(owner, key), usedforsecurity=False).hexdigest()
    return {
        "result": "Success",
        "filekey": key,
        "sessionkey": key,
        "imageinfo": {"sha1": sha1, "size": total},
    }


def _whole(call: Call, given: Given, stash: Stash, owner: str) -> tuple[bytes, str]:
    """Return the file, and the key under which it waited."""
    key = given.text("filekey") or given.text("sessionkey")
    if key:
        try:
            return stash.read(owner, key), key
        except FileNotFoundError as error:
            raise ApiFailure("stashfailed", _("Nothing was sent under this key.")) from error
    if "file" not in call.files:
        raise missing_parameter("file")
    return call.files["file"], ""


def _add(call: Call, given: Given, page: WikiPage, data: bytes) -> MediaVersion:
    files = outside_of(call.services).media
    comment = given.text("comment")
    try:
        if page.media_id is not None:
            media = call.session.get_one(Media, page.media_id)
            return add_version(call.session, call.actor, files, media, data, at=call.at, comment=comment)
        about = about_of(given.text("text") or comment, comment)
        return add_media(
            call.session, call.actor, files, page.title.name, data, about, at=call.at, comment=comment
        )
    except Conflict as error:
        raise ApiFailure("fileexists-no-change", error.message) from error


def about_of(text: str, comment: str) -> MediaAbout:
    """Return what a description says of a file."""
    facts, body = facts_of(text)
    braces = [_BY_NAME[name.casefold()] for name in _BRACES.findall(body) if name.casefold() in _BY_NAME]
    plain = _BRACES.sub("", body).strip().partition("\n\n")[0]
    alt = " ".join((facts.get("alt") or plain or comment).split())[:LONGEST_ALT]
    source = facts.get("source_url", "")
    return MediaAbout(
        alt={"en": alt} if alt else {},
        caption={"en": facts["caption"][:LONGEST_ALT]} if facts.get("caption") else {},
        licence=facts.get("licence") or (braces[0] if braces else ""),
        author=facts.get("author", "")[:200],
        source_url=source if source.startswith(("https://", "http://")) else None,
    )


def _done(call: Call, version: MediaVersion) -> dict[str, Any]:
    newest = versions(call.session, [version.media_id], limit=1)[version.media_id][0]
    return {
        "result": "Success",
        "filename": newest.name,
        "imageinfo": told_of(call, newest, set(IMAGE_PROPS), 0),
    }


def _stash(call: Call) -> Stash:
    return Stash(call.services.settings.data_dir.resolve() / "program_uploads")


MODULE = Module(
    "upload",
    "action",
    (
        Parameter("filename"),
        Parameter("comment", default=""),
        Parameter("tags", multi=True),
        Parameter("text", "text"),
        Parameter("watchlist", ("watch", "preferences", "nochange"), default="preferences"),
        Parameter("watch", "boolean"),
        Parameter("ignorewarnings", "boolean"),
        Parameter("file", "upload"),
        Parameter("url"),
        Parameter("filekey"),
        Parameter("sessionkey"),
        Parameter("stash", "boolean"),
        Parameter("filesize", "integer"),
        Parameter("offset", "integer"),
        Parameter("chunk", "upload"),
        Parameter("async", "boolean"),
        Parameter("checkstatus", "boolean"),
    ),
    upload,
    token="csrf",  # noqa: S106 - a kind of token
    writes=True,
)
