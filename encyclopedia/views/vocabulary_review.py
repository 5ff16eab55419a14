"""What waits for a reviewer of vocabularies: references and mappings."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_, ngettext
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from encyclopedia.core.schemes import MATCHES
from encyclopedia.models import Crosswalk, TermLink
from encyclopedia.queries.vocabularies import (
    Scheme,
)
from encyclopedia.views.matrix import plain_cell
from encyclopedia.views.tabs import ListTab, tab
from encyclopedia.views.vocabularies import TermLine, reference_state, scheme_name, term_kind_name, term_path

_formats = Formats()
CROSSWALK_STATES = ("proposed", "reviewed", "rejected")


@dataclass(frozen=True)
class ReferenceLine:
    """A reference to be judged, or judged."""

    id: int
    source: TermLine
    relation: str
    written: str
    raw: str
    state: str
    tone: str
    likeness: str
    present: str
    proposals: tuple[tuple[str, str, str], ...]  # code, name, likeness
    decided: str
    to_code: str


@dataclass(frozen=True)
class ReferencesPage:
    """What waits for a reviewer."""

    lines: tuple[ReferenceLine, ...]
    tabs: tuple[ListTab, ...]
    which: str
    count: str
    number: int
    pages: int
    pages_href: str
    form: Form


@dataclass(frozen=True)
class CrosswalkLine:
    """One mapping."""

    id: int
    one: TermLine
    other: TermLine
    match: str
    match_name: str
    score: str
    state: str
    note: str
    decided: str


@dataclass(frozen=True)
class CrosswalksPage:
    """Mappings between vocabularies."""

    lines: tuple[CrosswalkLine, ...]
    tabs: tuple[ListTab, ...]
    which: str
    schemes: tuple[tuple[str, str], ...]
    matches: tuple[tuple[str, str], ...]
    count: str
    number: int
    pages: int
    pages_href: str
    csv: str
    may_review: bool
    form: Form


def crosswalks_csv(mappings: Sequence[Crosswalk]) -> str:
    """Return mappings as a table in SSSOM's manner (https://mapping-commons.github.io/sssom/): subject, predicate, object."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(
        [
            "subject_id",
            "predicate_id",
            "object_id",
            "confidence",
            "state",
            "reviewer",
            "reviewed_on",
            "comment",
        ]
    )
    for each in mappings:
        predicate = f"skos:{each.match}Match"
        day = each.decided_at.date().isoformat() if each.decided_at else ""
        writer.writerow(
            [f"{each.from_scheme}:{each.from_code}", predicate, f"{each.to_scheme}:{each.to_code}", f"{each.score / 100:.3f}", each.state, plain_cell(each.decided_by), day, plain_cell(each.note)]
        )  # fmt: skip
    return target.getvalue()


def reference_line(request: Request, link: TermLink, names: Mapping[tuple[str, str], str]) -> ReferenceLine:
    """Return a reference as its reviewer sees it."""
    source = (link.from_kind, link.from_code)
    decided = _("by %(name)s on %(date)s")
    return ReferenceLine(
        id=link.id,
        source=TermLine(
            link.from_code,
            names.get(source, ""),
            term_path(request, link.scheme, *source),
            term_kind_name(link.from_kind),
        ),
        relation=_(_RELATIONS.get(link.relation, link.relation)),
        written=link.written_code,
        raw=link.raw,
        state=reference_state(link.state),
        tone={"mended": "ok", "dropped": "quiet"}.get(link.state, "warn"),
        likeness=_formats.number(round(link.likeness)) if link.likeness is not None else "",
        present=names.get((link.to_kind, link.written_code), ""),
        proposals=tuple(
            (str(each["code"]), str(each["name"]), _formats.number(round(each["score"])))
            for each in link.proposals
        ),
        decided=decided % {"name": link.decided_by, "date": _formats.date(link.decided_at)}
        if link.decided_at
        else "",
        to_code=link.to_code,
    )


_RELATIONS: Mapping[str, str] = {
    "counters": N_("counters"),
    "detects": N_("detects"),
    "used": N_("used"),
    "goes_with": N_("goes with"),
    "is_a": N_("is a"),
    "responds_by": N_("responds by"),
    "done_by": N_("is done by"),
    "seen_in": N_("was seen in"),
    "has_playbook": N_("has a playbook"),
}
QUEUES: Mapping[str, tuple[str, ...]] = {
    "dead": ("dead",),
    "reused": ("reused",),
    "unclear": ("unclear",),
    "decided": ("mended", "dropped"),
}


def references_page(
    request: Request,
    found: Paged[TermLink],
    counts: Mapping[str, int],
    names: Mapping[tuple[str, str], str],
    which: str,
    form: Form,
) -> ReferencesPage:
    """Return the queue."""
    labels = {"dead": _("Lead nowhere"), "reused": _("Mean something else now"), "unclear": _("Unclear codes"), "decided": _("Decided")}  # fmt: skip
    query = {"which": which, "page": "PAGE"}
    return ReferencesPage(
        lines=tuple(reference_line(request, link, names) for link in found.items),
        tabs=tuple(
            tab(
                labels[key],
                path_for(request, "encyclopedia_references", query={"which": key}),
                current=key == which,
                count=sum(counts.get(state, 0) for state in states),
            )
            for key, states in QUEUES.items()
        ),
        which=which,
        count=_("%(count)s references") % {"count": _formats.number(found.total)},
        number=found.number,
        pages=found.pages,
        pages_href=path_for(request, "encyclopedia_references", query=query).replace("PAGE", "{page}"),
        form=form,
    )


def crosswalks_page(  # noqa: PLR0913 - what the page shows
    request: Request,
    found: Paged[Crosswalk],
    counts: Mapping[str, int],
    names: Mapping[tuple[str, str], str],
    known: Sequence[Scheme],
    which: str,
    form: Form,
    *,
    may_review: bool,
) -> CrosswalksPage:
    """Return the mappings."""
    labels = {"proposed": _("Proposed"), "reviewed": _("Confirmed"), "rejected": _("Rejected")}
    return CrosswalksPage(
        lines=tuple(_crosswalk_line(mapping, names) for mapping in found.items),
        tabs=tuple(
            tab(
                labels[state],
                path_for(request, "encyclopedia_crosswalks", query={"which": state}),
                current=state == which,
                count=counts.get(state, 0),
            )
            for state in CROSSWALK_STATES
        ),
        which=which,
        schemes=tuple((scheme.code, scheme_name(scheme.code)) for scheme in known),
        matches=tuple((code, _(name)) for code, name in MATCHES.items()),
        count=ngettext("%(count)s mapping", "%(count)s mappings", found.total)
        % {"count": _formats.number(found.total)},
        number=found.number,
        pages=found.pages,
        pages_href=path_for(
            request, "encyclopedia_crosswalks", query={"which": which, "page": "PAGE"}
        ).replace("PAGE", "{page}"),
        csv=path_for(request, "encyclopedia_crosswalks_csv"),
        may_review=may_review,
        form=form,
    )


def _crosswalk_line(mapping: Crosswalk, names: Mapping[tuple[str, str], str]) -> CrosswalkLine:
    one, other = (
        TermLine(code, names.get((scheme, code), ""), None, scheme_name(scheme))
        for scheme, code in (
            (mapping.from_scheme, mapping.from_code),
            (mapping.to_scheme, mapping.to_code),
        )
    )
    decided = _("by %(name)s on %(date)s")
    return CrosswalkLine(
        mapping.id,
        one,
        other,
        mapping.match,
        _(MATCHES[mapping.match]),
        _formats.number(round(mapping.score)),
        mapping.state,
        mapping.note,
        decided % {"name": mapping.decided_by, "date": _formats.date(mapping.decided_at)}
        if mapping.decided_at
        else "",
    )
