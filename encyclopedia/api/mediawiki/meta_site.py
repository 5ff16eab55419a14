"""`meta=siteinfo`: what the site is, in the words of a wiki."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from common.i18n import LOCALE_NAMES
from encyclopedia.api.mediawiki.answers import Star, timestamp
from encyclopedia.api.mediawiki.call import Call
from encyclopedia.api.mediawiki.given import Given
from encyclopedia.api.mediawiki.rights import GROUPS, LEVELS, rights_of_group
from encyclopedia.api.mediawiki.table import Module, Parameter
from encyclopedia.core.wiki_titles import ALIASES, LEGAL, NAMESPACES
from encyclopedia.queries.mediawiki.counts import count_site
from encyclopedia.schemas import LANGUAGES, LARGEST_TEXT

GENERATOR = "MediaWiki 1.39.0-encyclopedia"  # clients read the version of the interface that they may expect
IMAGE_LIMITS = ((320, 240), (640, 480), (800, 600), (2400, 2400))
THUMB_LIMITS = (240, 800, 2400)
EXTENSIONS = ("png", "jpg", "jpeg", "webp", "gif", "pdf")
ALWAYS_CAPITALISED = {-1, 2, 3, 8, 9}  # clients insist on it for these namespaces
SECTIONS: dict[str, Callable[[Call], Any]] = {}


def site_info(call: Call, given: Given) -> dict[str, Any]:
    """Tell about the site; each property stands beside the others in the answer."""
    return {name: SECTIONS[name](call) for name in given.texts("prop") if name in SECTIONS}


def _general(call: Call) -> dict[str, Any]:
    address = urlsplit(call.services.settings.public_url)
    return {
        "mainpage": "Encyclopedia",
        "base": call.url("index.php"),
        "sitename": "Encyclopedia",
        "generator": GENERATOR,
        "case": "case-sensitive",
        "lang": "en",
        "fallback": [],
        "rtl": False,
        "writeapi": True,
        "readonly": False,
        "timezone": "UTC",
        "timeoffset": 0,
        "time": timestamp(call.at),
        "articlepath": "/encyclopedia/index.php?title=$1",
        "scriptpath": "/encyclopedia",
        "script": "/encyclopedia/index.php",
        "variantarticlepath": False,
        "server": f"{address.scheme}://{address.netloc}",
        "servername": address.hostname or "",
        "wikiid": "encyclopedia",
        "maxarticlesize": LARGEST_TEXT,
        "misermode": False,
        "uploadsenabled": True,
        "maxuploadsize": call.services.settings.upload_max_mb * 1_000_000,
        "minuploadchunksize": 1_024,
        "thumblimits": _numbered(call, THUMB_LIMITS),
        "imagelimits": _numbered(call, [{"width": w, "height": h} for w, h in IMAGE_LIMITS]),
        "magiclinks": {"ISBN": False, "PMID": False, "RFC": False},
        "linktrail": "/^()(.*)$/sD",
        "legaltitlechars": LEGAL,
        "interwikimagic": False,
        "titleconversion": False,
        "langconversion": False,
        "categorycollation": "identity",
        "citeresponsivereferences": False,
    }


def _numbered(call: Call, values: Any) -> Any:
    """Return a list as clients want it: version 2 has an object by number, version 1 a list."""
    return {str(place): value for place, value in enumerate(values)} if call.version == 2 else list(values)


def _namespaces(call: Call) -> dict[str, Any]:  # noqa: ARG001 - all sections are asked alike
    return {
        str(number): {
            "id": number,
            "case": "first-letter" if number in ALWAYS_CAPITALISED else "case-sensitive",
            "name": Star(name),
            "subpages": number == 0,
            **({"canonical": name} if name else {}),
            "content": number == 0,
            "nonincludable": True,
            "defaultcontentmodel": "markdown",
        }
        for number, name in NAMESPACES.items()
    }


def _aliases(call: Call) -> list[dict[str, Any]]:  # noqa: ARG001 - all sections are asked alike
    return [{"id": number, "alias": Star(name)} for name, number in ALIASES.items()]


def _statistics(call: Call) -> dict[str, Any]:
    counts = count_site(call.session)
    return {
        "pages": counts.texts + counts.files,
        "articles": counts.texts,
        "edits": counts.edits,
        "images": counts.files,
        "users": counts.authors,
        "activeusers": counts.authors,
        "admins": 0,
        "jobs": 0,
    }


def _restrictions(call: Call) -> dict[str, Any]:  # noqa: ARG001 - all sections are asked alike
    return {
        "types": ["edit", "move"],
        "levels": ["", *LEVELS],
        "cascadinglevels": [],
        "semiprotectedlevels": [],
    }


def _groups(call: Call) -> list[dict[str, Any]]:  # noqa: ARG001 - all sections are asked alike
    return [{"name": name, "rights": rights_of_group(name)} for name in GROUPS]


def _languages(call: Call) -> list[dict[str, Any]]:  # noqa: ARG001 - all sections are asked alike
    return [{"code": code, "bcp47": code, "name": Star(LOCALE_NAMES[code])} for code in LANGUAGES]


def _file_extensions(call: Call) -> list[dict[str, Any]]:  # noqa: ARG001 - all sections are asked alike
    return [{"ext": extension} for extension in EXTENSIONS]


def _rights(call: Call) -> dict[str, Any]:
    return {"url": call.url("about"), "text": ""}


def _nothing(call: Call) -> list[Any]:  # noqa: ARG001 - all sections are asked alike
    return []


EMPTY = (
    "specialpagealiases", "magicwords", "interwikimap", "extensions", "skins", "extensiontags", "functionhooks", "showhooks",
    "variables", "libraries", "dbrepllag", "doubleunderscores", "restrictedinterwiki",
)  # fmt: skip
SECTIONS |= {
    "general": _general,
    "namespaces": _namespaces,
    "namespacealiases": _aliases,
    "statistics": _statistics,
    "restrictions": _restrictions,
    "usergroups": _groups,
    "languages": _languages,
    "fileextensions": _file_extensions,
    "rightsinfo": _rights,
    "protocols": lambda _call: ["http://", "https://", "mailto:"],
    "defaultoptions": lambda _call: {},
    "uploaddialog": lambda _call: {},
    **dict.fromkeys(EMPTY, _nothing),
}
MODULE = Module(
    "siteinfo",
    "meta",
    (
        Parameter("prop", tuple(SECTIONS), multi=True, default="general"),
        Parameter("filteriw", ("local", "!local")),
        Parameter("showalldb", "boolean"),
        Parameter("numberingroup", "boolean"),
        Parameter("inlanguagecode"),
    ),
    site_info,
    prefix="si",
)
