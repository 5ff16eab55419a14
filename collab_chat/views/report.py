"""The report panel: the text as it is now, the versions that were kept."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from collab_chat.core.report_document import NAME, difference, text_hash
from collab_chat.core.report_markup import report_html
from collab_chat.models import ReportVersion
from collab_chat.queries.reports import Access
from collab_chat.schemas.markings import Tlp
from collab_chat.views.shell import Marked, marked
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.forms import Form

_formats = Formats()


@dataclass(frozen=True)
class VersionLine:
    """One version in the list."""

    number: int
    by: str
    at: str
    sha256: str
    url: str


@dataclass(frozen=True)
class ReportPart:
    """The report panel. `begun`: somebody has; `html`: the text as it stands, to read; `stricter`: its marking is, than the room's."""

    begun: bool
    may_write: bool
    text: str
    html: Markup
    based_on: str
    tlp: Marked
    stricter: bool
    versions: list[VersionLine]
    script: str
    form: Form


@dataclass(frozen=True)
class VersionPart:
    """One version, and what it changed."""

    version: VersionLine
    html: Markup
    lines: list[tuple[str, str]]
    before: int | None
    list_url: str


def report_part(  # noqa: PLR0913 - what the panel shows
    access: Access,
    text: str | None,
    versions: Sequence[ReportVersion],
    names: Mapping[uuid.UUID, str],
    room_tlp: str,
    *,
    panel_url: str,
    socket_url: str,
    form: Form | None = None,
) -> ReportPart:
    """Word the panel. `text`: as it is stored now; None: nobody has begun."""
    script = {
        "room": str(access.standing.room_id),
        "me": str(access.standing.person_id),
        "name": NAME,
        "write": access.may_write,
        "socket": socket_url,
        "panel": panel_url,
        "words": script_words(),
    }
    return ReportPart(
        begun=text is not None,
        may_write=access.may_write,
        text=text or "",
        html=Markup(report_html(text or "")),  # noqa: S704 - cleaned by nh3
        based_on=text_hash(text or ""),
        tlp=marked(access.tlp.value),
        stricter=access.tlp.rank > Tlp(room_tlp).rank,
        versions=[version_line(one, names, panel_url) for one in versions],
        script=json.dumps(script),
        form=form or Form(),
    )


def version_part(
    version: ReportVersion, before: ReportVersion | None, names: Mapping[uuid.UUID, str], panel_url: str
) -> VersionPart:
    """Word one version."""
    return VersionPart(
        version=version_line(version, names, panel_url),
        html=Markup(report_html(version.text)),  # noqa: S704 - cleaned by nh3
        lines=difference(before.text if before else "", version.text),
        before=before.number if before else None,
        list_url=panel_url,
    )


def version_line(version: ReportVersion, names: Mapping[uuid.UUID, str], panel_url: str) -> VersionLine:
    """Word a version in a line."""
    by = names.get(version.by_id, "") if version.by_id else _("the toolkit, after ten quiet minutes")
    return VersionLine(
        version.number,
        by or _("Somebody who left"),
        _formats.moment(version.at),
        version.sha256,
        f"{panel_url}/versions/{version.number}",
    )


def script_words() -> dict[str, str]:
    """Return what `frontend/modules/report/` says."""
    return {
        "label": _("The report’s text"),
        "live": _("All changes are stored."),
        "saving": _("Being stored…"),
        "kept": _(
            "Not connected: your changes are kept in this browser and merged when the connection is back."
        ),
        "reconnecting": _("Reconnecting…"),
        "offline": _("You are offline."),
        "refused": _("Not connected. Load the page again."),
        "with": _("Writing with you: {names}"),
    }
