"""Frozen records in words."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from collab_chat.core.decisions import alpha_words
from collab_chat.models import Decision
from collab_chat.schemas.cases import VERDICT_NAMES
from common.i18n import gettext as _
from common.web.formats import Formats

_formats = Formats()


@dataclass(frozen=True)
class RecordView:
    """A frozen record."""

    round: int
    verdict: str
    at: str
    by: str
    agreement: str
    alpha: str
    organisations: list[tuple[str, str, str]]  # name, its members' verdict, by its own criteria
    dissent: list[tuple[str, str, str]]  # who, verdict, reason
    sha256: str
    url: str


def record_view(decision: Decision, names: Mapping[uuid.UUID, str], url: str) -> RecordView:
    """Word a frozen record; people who are not known any more have no name."""
    record = decision.record
    agreement = record.get("agreement", {})
    alpha = agreement.get("alpha")
    return RecordView(
        round=decision.round,
        verdict=_verdict(record.get("verdict")),
        at=_formats.moment(decision.at),
        by=names.get(decision.by_id, "") if decision.by_id else "",
        agreement=_("%(agree)s of %(counted)s organisations say so")
        % {"agree": agreement.get("agree", 0), "counted": agreement.get("counted", 0)},
        alpha=alpha_words(alpha, "" if alpha is None else _formats.number(alpha, 2)),
        organisations=[
            (one["name"], _verdict(one["verdict"]), _by_criteria(one["disinformation_by_its_criteria"]))
            for one in record.get("organisations", [])
        ],
        dissent=[
            (_name(names, one["person"]), _verdict(one["verdict"]), one["reason"])
            for one in record.get("dissent", [])
        ],
        sha256=decision.sha256,
        url=url,
    )


def _verdict(code: object) -> str:
    known = {one.value: name for one, name in VERDICT_NAMES.items()}
    return _(known[code]) if isinstance(code, str) and code in known else _("its members are split")


def _by_criteria(answer: object) -> str:
    if answer is None:
        return _("open by its criteria")
    return _("disinformation by its criteria") if answer else _("not disinformation by its criteria")


def _name(names: Mapping[uuid.UUID, str], person: str) -> str:
    return names.get(uuid.UUID(person), "")
