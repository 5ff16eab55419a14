"""A case as a STIX 2.1 bundle (OASIS, https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html).

People do not appear: organisations are identities, and an organisation's verdict is an Opinion on the incident. TLP 2.0 markings are
those of OASIS's extension definition. Ids are UUIDv5 of the room and what they stand for, so that a second export is the same.
"""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import rfc8785

from collab_chat.core.chain import stamp
from collab_chat.core.outputs.case_file import CaseFile, EvidenceLine, RoundRecord, Verdicts
from collab_chat.schemas.cases import Confidence, Verdict
from collab_chat.schemas.markings import Tlp
from common.i18n import gettext as _

NAMESPACE = uuid.UUID("b2f7f4b0-3b0e-5f0a-9d4e-7b8f6a1c2d3e")
SCO_NAMESPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")  # § 2.9: deterministic ids of observables
TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TLP_CREATED = "2022-10-01T00:00:00.000Z"
TLP_IDS = {
    Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
# How far an organisation agrees that the incident is information manipulation (STIX opinion-enum).
OPINIONS = {
    Verdict.DISINFORMATION: "agree",
    Verdict.MISINFORMATION: "neutral",
    Verdict.INCONCLUSIVE: "neutral",
    Verdict.SATIRE_OR_OPINION: "disagree",
    Verdict.AUTHENTIC: "strongly-disagree",
}
CONFIDENCES = {Confidence.LOW: 15, Confidence.MODERATE: 50, Confidence.HIGH: 85}  # STIX 2.1, appendix A
DISARM_PAGE = (
    "https://github.com/DISARMFoundation/DISARMframeworks/blob/main/generated_pages/techniques/%s.md"
)
Object = dict[str, Any]


def write_stix(case: CaseFile, techniques: Mapping[str, str]) -> bytes:
    """Return the bundle as JSON. `techniques`: names of DISARM's techniques by id."""
    objects = _Objects(case).all(techniques)
    bundle = {
        "type": "bundle",
        "id": _id("bundle", case, f"{case.audience.value}:{case.log.seq}"),
        "objects": objects,
    }
    return json.dumps(bundle, ensure_ascii=False, indent=2).encode()


def _id(kind: str, case: CaseFile, what: str) -> str:
    return f"{kind}--{uuid.uuid5(NAMESPACE, f'{case.producer}:{case.room}:{kind}:{what}')}"


class _Objects:
    """The objects of one case."""

    def __init__(self, case: CaseFile) -> None:
        self.case = case
        self.producer = f"identity--{uuid.uuid5(NAMESPACE, f'{case.producer}:producer')}"
        self.incident = _id("incident", case, "case")

    def all(self, techniques: Mapping[str, str]) -> list[Object]:
        """Return all of them, markings first, the report last."""
        named = [self._technique(one, techniques) for one in self.case.techniques]
        evidence = [each for one in self.case.evidence for each in self._evidence(one)]
        found = [
            self._tlp(self.case.marking),
            *(self._tlp(one) for one in sorted({e.tlp for e in self.case.evidence} - {self.case.marking}, key=lambda t: t.rank)),
            self._identity_of_producer(),
            *self._organisations(),
            self._incident(),
            *named,
            *(self._related(self.incident, one["id"]) for one in named),
            *evidence,
            *(self._related(one["id"], self.incident) for one in evidence if one["type"] == "observed-data"),
            *self._opinions(),
            *self._notes(),
        ]  # fmt: skip
        grouping = self._grouping([one["id"] for one in evidence])
        if grouping:
            found.append(grouping)
        refs = [one["id"] for one in found if one["type"] != "marking-definition"]
        unique = {one["id"]: one for one in [*found, self._report(refs)]}
        return list(unique.values())

    def _sdo(self, kind: str, what: str, **fields: object) -> Object:
        made = {
            "type": kind,
            "spec_version": "2.1",
            "id": _id(kind, self.case, what),
            "created_by_ref": self.producer,
            "created": stamp(self.case.opened_at),
            "modified": stamp(max(self.case.updated_at, self.case.opened_at)),
            **fields,
            "object_marking_refs": [TLP_IDS[self.case.marking]],
        }
        if self.case.exercise:
            made["labels"] = ["exercise"]
        return {key: value for key, value in made.items() if value not in ("", None, [])}

    def _tlp(self, tlp: Tlp) -> Object:
        extension = {"extension_type": "property-extension", "tlp_2_0": tlp.value}
        return {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": TLP_IDS[tlp],
            "created": TLP_CREATED,
            "name": tlp.label,
            "extensions": {TLP_EXTENSION: extension},
        }

    def _identity_of_producer(self) -> Object:
        at = stamp(self.case.opened_at)
        return {
            "type": "identity",
            "spec_version": "2.1",
            "id": self.producer,
            "created": at,
            "modified": at,
            "name": self.case.producer,
            "identity_class": "system",
            "object_marking_refs": [TLP_IDS[self.case.marking]],
        }

    def _organisations(self) -> list[Object]:
        return [
            self._sdo("identity", str(one.id), name=one.name, identity_class="organization")
            for one in self.case.organisations
            if one.id is not None
        ]

    def _organisation_id(self, organisation: uuid.UUID | None) -> str:
        return _id("identity", self.case, str(organisation)) if organisation else self.producer

    def _incident(self) -> Object:
        decided = self.case.decided
        said = [self.case.summary, *(f"{key}: {text}" for key, text in self.case.abcde.items())]
        if decided:
            said.append(_("Verdict: %(verdict)s") % {"verdict": decided.verdict_name})
        reference = {
            "source_name": self.case.producer,
            "external_id": str(self.case.number),
            "url": self.case.address,
        }
        return self._sdo(
            "incident", "case", name=self._title(), description="\n".join(filter(None, said)), external_references=[reference]
        )  # fmt: skip

    def _title(self) -> str:
        return f"{_('EXERCISE')}: {self.case.title}" if self.case.exercise else self.case.title

    def _technique(self, external_id: str, names: Mapping[str, str]) -> Object:
        reference = {"source_name": "DISARM", "external_id": external_id, "url": DISARM_PAGE % external_id}
        return self._sdo(
            "attack-pattern", external_id, name=names.get(external_id, external_id), external_references=[reference]
        )  # fmt: skip

    def _related(self, source: str, target: str) -> Object:
        return self._sdo(
            "relationship",
            f"{source}>{target}",
            relationship_type="related-to",
            source_ref=source,
            target_ref=target,
        )

    def _evidence(self, one: EvidenceLine) -> list[Object]:
        """Return what was observed: the address, or the file, and when we saw it."""
        refs: list[Object] = []
        if one.url:
            refs.append(self._sco("url", one.tlp, value=one.url))
        for name, digest in ((one.file_name, one.file_sha256), ("", one.body_sha256)):
            if digest:
                refs.append(self._sco("file", one.tlp, hashes={"SHA-256": digest}, **({"name": name} if name else {})))  # fmt: skip
        if not refs:
            return []
        at = stamp(one.captured_at or one.at)
        observed = self._sdo(
            "observed-data",
            f"evidence:{one.seq}",
            first_observed=at,
            last_observed=at,
            number_observed=1,
            object_refs=[each["id"] for each in refs],
        )
        observed["object_marking_refs"] = [TLP_IDS[one.tlp]]
        return [*refs, observed]

    def _sco(self, kind: str, tlp: Tlp, **fields: Any) -> Object:
        return {
            "type": kind,
            "spec_version": "2.1",
            "id": f"{kind}--{uuid.uuid5(SCO_NAMESPACE, rfc8785.dumps(dict(fields)).decode())}",
            **fields,
            "object_marking_refs": [TLP_IDS[tlp]],
        }

    def _opinions(self) -> list[Object]:
        decided = self.case.decided
        if decided is None:
            return []
        return [self._opinion(decided, one) for one in decided.verdicts if one.verdict]

    def _opinion(self, the_round: RoundRecord, one: Verdicts) -> Object:
        opinion = OPINIONS[Verdict(one.verdict or Verdict.INCONCLUSIVE)]
        if opinion == "agree" and one.confidence == Confidence.HIGH.value:
            opinion = "strongly-agree"
        counts = ", ".join(f"{verdict}: {count}" for verdict, count in one.counts.items())
        made = self._sdo(
            "opinion",
            f"round:{the_round.number}:{one.organisation}",
            opinion=opinion,
            explanation=_("On whether this is disinformation by the organisation’s criteria. Its sheets: %(counts)s. Sources %(reliability)s, information %(credibility)s (Admiralty code).")
            % {"counts": counts, "reliability": one.reliability, "credibility": one.credibility},
            confidence=CONFIDENCES[Confidence(one.confidence)],
            object_refs=[self.incident],
        )  # fmt: skip
        made["created_by_ref"] = self._organisation_id(one.organisation)
        return made

    def _notes(self) -> list[Object]:
        found = [
            self._note(
                f"dissent:{the_round.number}:{place}", _("Dissent"), f"{one.verdict_name}. {one.reason}"
            )
            for the_round in self.case.rounds
            for place, one in enumerate(the_round.dissent)
        ]
        found += [
            self._note(
                f"reaction:{one.seq}",
                _("Reaction: %(name)s") % {"name": one.name},
                one.why or one.name,
                one.at,
            )
            for one in self.case.reactions
        ]
        found += [
            self._note(
                f"attribution:{one.seq}",
                _("Attribution"),
                f"{one.actor} ({one.confidence}). {one.why}",
                one.at,
            )
            for one in self.case.attributions
        ]
        if self.case.report is not None:
            title = _("Situation report, version %(number)s") % {"number": self.case.report.number}
            found.append(self._note("report", title, self.case.report.text, self.case.report.at))
        return found

    def _note(self, what: str, abstract: str, content: str, at: datetime | None = None) -> Object:
        made = self._sdo("note", what, abstract=abstract, content=content or "–", object_refs=[self.incident])
        if at is not None:
            made["created"] = made["modified"] = stamp(at)
        return made

    def _grouping(self, refs: list[str]) -> Object | None:
        if not refs:
            return None
        name = _("Evidence of case %(number)s") % {"number": self.case.number}
        return self._sdo("grouping", "evidence", name=name, context="suspicious-activity", object_refs=list(dict.fromkeys(refs)))  # fmt: skip

    def _report(self, refs: list[str]) -> Object:
        left = _("%(count)s things bear a narrower marking and are left out.") % {"count": self.case.left_out}
        return self._sdo(
            "report",
            "report",
            name=self._title(),
            description="\n".join(filter(None, [self.case.summary, left])),
            report_types=["campaign"],
            published=stamp(self.case.updated_at),
            object_refs=list(dict.fromkeys(refs)),
        )
