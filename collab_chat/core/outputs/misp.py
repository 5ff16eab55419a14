"""A case as a MISP event (https://www.misp-project.org/datamodels/), in the JSON that MISP imports.

Tags are machine tags: `tlp:`, `admiralty-scale:`, and the DISARM galaxy's techniques by the names that the galaxy gives them.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from collab_chat.core.outputs.case_file import CaseFile, EvidenceLine
from collab_chat.core.outputs.stix import NAMESPACE
from collab_chat.schemas.cases import CaseStatus, Severity
from collab_chat.schemas.markings import Tlp
from common.i18n import gettext as _

if TYPE_CHECKING:
    from pymisp import MISPEvent

ORGANISATION_ONLY = 0  # distribution: whoever imports it decides how far it goes from there
THREAT_LEVELS = {Severity.CRITICAL: 1, Severity.HIGH: 1, Severity.MODERATE: 2, Severity.LOW: 3}
UNDEFINED = 4
ANALYSIS = {CaseStatus.NEW: 0, CaseStatus.CLOSED: 2}
ONGOING = 1


def write_misp(case: CaseFile, techniques: Mapping[str, str]) -> bytes:
    """Return the event as JSON. `techniques`: names of DISARM's techniques by id."""
    made: str = misp_event(case, techniques).to_json(indent=2)
    return f'{{"Event": {made}}}'.encode()


def misp_event(case: CaseFile, techniques: Mapping[str, str]) -> "MISPEvent":
    """Return the event as `pymisp` has it."""
    # pymisp takes half a second to import, and nothing else needs it.
    from pymisp import MISPEvent  # noqa: PLC0415

    event = MISPEvent()
    event.uuid = str(uuid.uuid5(NAMESPACE, f"{case.producer}:{case.room}:misp"))
    event.info = f"{_('EXERCISE')}: {case.title}" if case.exercise else case.title
    event.date = case.opened_at.date()
    event.timestamp = case.updated_at
    event.distribution = ORGANISATION_ONLY
    event.threat_level_id = THREAT_LEVELS[Severity(case.severity)] if case.severity else UNDEFINED
    event.analysis = ANALYSIS.get(CaseStatus(case.status), ONGOING)
    for tag in tags(case, techniques):
        event.add_tag(tag)
    for one in case.evidence:
        _add_evidence(event, case, one)
    for link in case.links:
        if link.what == "url":
            _add(event, case, f"link:{link.ref}", "url", link.url or link.ref, "Network activity", link.title)
    _add(event, case, "address", "link", case.address, "Internal reference", _("The case’s room"))
    decided = case.decided
    if decided is not None:
        words = _("Verdict of round %(round)s: %(verdict)s (%(agree)s of %(counted)s organisations). Record SHA-256 %(hash)s") % {
            "round": decided.number,
            "verdict": decided.verdict_name,
            "agree": decided.agree,
            "counted": decided.counted,
            "hash": decided.sha256,
        }  # fmt: skip
        _add(event, case, f"decision:{decided.number}", "comment", words, "Other", "")
    if case.summary:
        _add(event, case, "summary", "text", case.summary, "Other", _("Summary"))
    return event


def tags(case: CaseFile, techniques: Mapping[str, str]) -> list[str]:
    """Return the event's tags."""
    found = [_tlp_tag(case.marking), 'misp:event-type="incident"']
    found += [f'misp-galaxy:disarm-techniques="{techniques.get(one, one)}"' for one in case.techniques]
    decided = case.decided
    if decided is not None and decided.verdicts:
        reliability = Counter(one.reliability for one in decided.verdicts).most_common(1)[0][0]
        credibility = Counter(one.credibility for one in decided.verdicts).most_common(1)[0][0]
        found += [
            f'admiralty-scale:source-reliability="{reliability.lower()}"',
            f'admiralty-scale:information-credibility="{credibility}"',
        ]
    if case.exercise:
        found.append("exercise")
    return found


def _tlp_tag(tlp: Tlp) -> str:
    return f"tlp:{tlp.value}"


def _add_evidence(event: "MISPEvent", case: CaseFile, one: EvidenceLine) -> None:
    comment = " ".join(filter(None, [f"#{one.seq}", one.title if one.title != one.url else "", one.note]))
    parts: Iterable[tuple[str, str, str]] = (
        ("url", one.url, "Network activity"),
        ("sha256", one.file_sha256, "Payload delivery"),
        ("sha256", one.body_sha256, "Payload delivery"),
        ("sha256", one.warc_sha256, "External analysis"),
    )
    for kind, value, category in parts:
        if value:
            _add(event, case, f"evidence:{one.seq}:{value}", kind, value, category, comment, tlp=one.tlp)


def _add(  # noqa: PLR0913 - what an attribute is made of
    event: "MISPEvent",
    case: CaseFile,
    key: str,
    kind: str,
    value: str,
    category: str,
    comment: str,
    *,
    tlp: Tlp | None = None,
) -> None:
    attribute = event.add_attribute(
        type=kind,
        value=value,
        category=category,
        comment=comment,
        to_ids=False,
        distribution=ORGANISATION_ONLY,
        uuid=str(uuid.uuid5(NAMESPACE, f"{case.producer}:{case.room}:misp:{key}")),
        timestamp=case.updated_at,
    )
    if tlp is not None and tlp is not case.marking and not isinstance(attribute, list):
        attribute.add_tag(_tlp_tag(tlp))
