"""What can be taken out of a case, in which form, for whom; and the writing of each form."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Response

from collab_chat.core.outputs.after_action import write_json, write_markdown, write_pdf
from collab_chat.core.outputs.case_file import CaseFile
from collab_chat.core.outputs.case_study import write_case_study
from collab_chat.core.outputs.claim_review import write_claim_review
from collab_chat.core.outputs.misp import write_misp
from collab_chat.core.outputs.stix import write_stix
from collab_chat.queries.after_action import Reach
from collab_chat.schemas.markings import Tlp
from collab_chat.service.outputs import take
from collab_chat.sources.disarm import techniques
from collab_chat.views.after_action import Place, case_file
from collab_chat.views.shell import Marked, marked
from common.accounts.actors import Actor
from common.errors import Invalid, NotFound
from common.i18n import N_
from common.i18n import gettext as _
from common.web.services import Services


@dataclass(frozen=True)
class Format:
    """One form of output."""

    title: str
    what: str
    media_type: str
    icon: str
    write: Callable[[CaseFile], bytes]
    decided: bool = False  # only once the case is qualified


FORMATS: dict[str, Format] = {
    "after-action.pdf": Format(
        N_("After-action report, PDF"),
        N_("To print and to send: timeline, votes, dissent, decision, evidence, times."),
        "application/pdf",
        "file",
        write_pdf,
    ),
    "after-action.md": Format(
        N_("After-action report, Markdown"),
        N_("The same text, to work on."),
        "text/markdown; charset=utf-8",
        "file-text",
        lambda case: write_markdown(case).encode(),
    ),
    "after-action.json": Format(
        N_("After-action report, JSON"),
        N_("The same, for programs."),
        "application/json",
        "file-json",
        write_json,
    ),
    "stix.json": Format(
        "STIX 2.1",
        N_("For threat intelligence platforms; organisations appear, people do not."),
        "application/stix+json;version=2.1",
        "network",
        lambda case: write_stix(case, techniques()),
    ),
    "misp.json": Format(
        N_("MISP event"),
        N_("To import into MISP: addresses, hashes, DISARM and TLP tags."),
        "application/json",
        "tag",
        lambda case: write_misp(case, techniques()),
    ),
    "claim-review.json": Format(
        N_("ClaimReview, a draft"),
        N_("For a fact-check’s page, in schema.org’s words. What stands in brackets is for you to write."),
        "application/ld+json",
        "code",
        write_claim_review,
        decided=True,
    ),
    "case-study.md": Format(
        N_("Case study, a draft"),
        N_("For the encyclopedia. Nobody’s name stands in it."),
        "text/markdown; charset=utf-8",
        "book-open-text",
        lambda case: write_case_study(case, techniques()).encode(),
    ),
}


@dataclass(frozen=True)
class OutputLine:
    """One form in the panel."""

    key: str
    title: str
    what: str
    icon: str
    url: str
    ready: bool


@dataclass(frozen=True)
class AudienceLine:
    """An audience, and what it would be given."""

    tlp: Marked
    included: int
    left_out: int
    kept_back: int
    url: str
    current: bool


@dataclass(frozen=True)
class OutputsPart:
    """The outputs panel."""

    audiences: list[AudienceLine]
    lines: list[OutputLine]
    page_url: str
    log_url: str
    may_export: bool
    study_url: str  # empty where no entry can be begun
    study_why: str


def outputs_part(
    reaches: Sequence[Reach],
    audience: Tlp,
    urls: Mapping[str, str],
    *,
    decided: bool,
    may_export: bool,
    encyclopedia: bool,
) -> OutputsPart:
    """Word the panel. `urls`: of `panel`, `page`, `log`, `files` (before the form's key), `study`."""
    query = f"?audience={audience.value.replace('+', '%2B')}"
    lines = [
        OutputLine(
            key,
            _(one.title),
            _(one.what),
            one.icon,
            f"{urls['files']}/{key}{query}",
            decided or not one.decided,
        )
        for key, one in FORMATS.items()
    ]
    chosen = [
        AudienceLine(
            marked(one.audience.value),
            one.included,
            one.left_out,
            one.kept_back,
            f"{urls['panel']}?audience={one.audience.value.replace('+', '%2B')}",
            one.audience is audience,
        )
        for one in reaches
    ]
    public = audience is Tlp.CLEAR
    why = (
        ""
        if public
        else _("The encyclopedia is public: only a case marked TLP:CLEAR can begin an entry from here.")
    )
    return OutputsPart(
        audiences=chosen,
        lines=lines,
        page_url=urls["page"] + query,
        log_url=urls["log"],
        may_export=may_export,
        study_url=urls["study"] if encyclopedia and public and may_export else "",
        study_why=why if encyclopedia else _("The encyclopedia does not run here: take the draft as a file."),
    )


@dataclass(frozen=True)
class Written:
    """An output, ready to be given."""

    content: bytes
    media_type: str
    name: str


def written(key: str, case: CaseFile) -> Written:
    """Write a case in one form. Raises NotFound: there is no such form. Conflict: the case is not that far."""
    form = format_of(key)
    prefix = "exercise-" if case.exercise else ""
    mark = case.marking.value.replace("+", "-")
    return Written(form.write(case), form.media_type, f"{prefix}case-{case.number}-tlp-{mark}-{key}")


def format_of(key: str) -> Format:
    """Return a form. Raises NotFound."""
    if key not in FORMATS:
        raise NotFound(_("There is no such output."))
    return FORMATS[key]


def read_audience(given: str) -> Tlp | None:
    """Return the audience that was asked for; None: the case's own. Raises Invalid."""
    try:
        return Tlp(given) if given else None
    except ValueError as error:
        raise Invalid(_("There is no such marking.")) from error


def taken(app: Services, viewer: Actor, room_id: uuid.UUID, what: str, audience: str) -> CaseFile:
    """Take a case out, and word it."""
    at = app.clock()
    found = take(app.database, viewer, room_id, what, read_audience(audience), at=at)
    public = app.settings.public_url.rstrip("/")
    return case_file(found, Place(f"{public}/rooms/{room_id}", public, at))


def file_answer(content: bytes, media_type: str, name: str) -> Response:
    """Return a file to keep; no cache holds it."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
