"""An entry in the words of schema.org, as JSON-LD (https://www.w3.org/TR/json-ld11/), for search engines and reference managers."""

import json
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from common.taxonomy import EntryKind
from encyclopedia.queries.standing import Standing
from encyclopedia.schemas import Sheet
from encyclopedia.views.references import ReferenceLine

THINGS = {
    EntryKind.CASE_STUDY: "Event",
    EntryKind.PRACTICE: "HowTo",
    EntryKind.TOOL: "SoftwareApplication",
    EntryKind.ACTOR: "Organization",
    EntryKind.CONCEPT: "DefinedTerm",
}


def structured_data(
    known: Standing, sheet: Sheet, address: str, references: Sequence[ReferenceLine], editor: str
) -> Markup:
    """Return the entry as a JSON-LD article about a thing; safe inside a script element."""
    page = known.page
    article: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": address,
        "url": address,
        "headline": page.title,
        "description": page.lead,
        "inLanguage": page.language,
        "dateCreated": known.created_at.isoformat(),
        "dateModified": page.updated_at.isoformat(),
        "license": f"https://spdx.org/licenses/{known.licence}.html" if known.licence else "",
        "publisher": {"@type": "Organization", "name": editor},
        "lastReviewed": known.reviewed_at.date().isoformat() if known.reviewed_at else "",
        "about": _thing(known, sheet),
        "citation": [_cited(line) for line in references],
    }
    text = json.dumps({key: value for key, value in article.items() if value}, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":  # what could end the element, or a line, early
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - escaped above


def _thing(known: Standing, sheet: Sheet) -> dict[str, Any]:
    thing = {
        "@type": THINGS[EntryKind(known.kind)],
        "name": known.page.title,
        "url": next(iter(sheet.values("website")), ""),
        "alternateName": [page.title for page in known.texts() if page.language != known.language],
        "startDate": next(iter(sheet.values("dates")), "").partition("/")[0],
        "foundingDate": next(iter(sheet.values("founded")), ""),
    }
    return {key: value for key, value in thing.items() if value}


def _cited(line: ReferenceLine) -> dict[str, str]:
    work = {"@type": "CreativeWork", "name": line.title, "url": line.href, "author": line.authors}
    return {key: value for key, value in work.items() if value}
