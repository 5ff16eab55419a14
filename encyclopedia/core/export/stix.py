"""STIX 2.1 (OASIS Standard, 10 June 2021, https://docs.oasis-open.org/cti/stix/v2.1/): cases as campaigns, techniques as attack patterns.

Ids are UUIDv5, so that the same case has the same id in every bundle, and a technique has the same id in every deployment.
"""

import uuid
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from common.taxonomy import EntryKind
from encyclopedia.core.export.shapes import ExportedEntry, Site
from encyclopedia.core.markup import parse
from encyclopedia.schemas import SourceData

SPEC = "2.1"
_TECHNIQUES = uuid.uuid5(uuid.NAMESPACE_URL, "https://www.disarm.foundation/framework")
_PAGES = "https://github.com/DISARMFoundation/DISARMframeworks/blob/main/generated_pages/techniques/"
Object = dict[str, Any]


@dataclass(frozen=True)
class ExportedTerm:
    """A technique of the vocabulary, as far as it was loaded; `at`: when it was."""

    code: str
    name: str
    tactic: str = ""
    at: datetime | None = None


def write_bundle(
    entries: Iterable[ExportedEntry],
    terms: Mapping[str, ExportedTerm],
    sources: Mapping[str, SourceData],
    site: Site,
    language: str = "en",
) -> Object:
    """Return a bundle of the case studies among the entries, with the techniques that they and practices and tools name."""
    given = sorted(entries, key=lambda entry: entry.id)
    writing = _Writing(site, terms, sources, language)
    writing.identity(min((entry.created_at for entry in given), default=datetime(1970, 1, 1, tzinfo=UTC)))
    for entry in given:
        if entry.entry.kind is EntryKind.CASE_STUDY:
            writing.case(entry)
    objects = list(writing.objects.values())
    name = uuid.uuid5(writing.space, "bundle " + " ".join(each["id"] + each["modified"] for each in objects))
    return {"type": "bundle", "id": f"bundle--{name}", "objects": objects}


class _Writing:
    """The objects written so far, by id."""

    def __init__(
        self,
        site: Site,
        terms: Mapping[str, ExportedTerm],
        sources: Mapping[str, SourceData],
        language: str,
    ) -> None:
        self.site, self.terms, self.sources, self.language = site, terms, sources, language
        self.space = uuid.uuid5(uuid.NAMESPACE_URL, site.address)
        self.objects: dict[str, Object] = {}
        self.by = ""

    def add(self, kind: str, name: uuid.UUID, at: tuple[datetime, datetime], /, **members: Any) -> str:
        """Add an object; members that are empty are left out, as the standard wants it."""
        own = f"{kind}--{name}"
        common = {
            "type": kind,
            "spec_version": SPEC,
            "id": own,
            "created": _time(at[0]),
            "modified": _time(at[1]),
        }
        if self.by:
            common["created_by_ref"] = self.by
        self.objects[own] = common | {key: value for key, value in members.items() if value}
        return own

    def identity(self, at: datetime) -> None:
        name = uuid.uuid5(self.space, "identity")
        members = {"name": self.site.name, "identity_class": "organization"}
        self.by = self.add("identity", name, (at, at), contact_information=self.site.address, **members)

    def case(self, given: ExportedEntry) -> None:
        at = (given.created_at, given.updated_at)
        language = given.language(self.language)
        text = given.text(language)
        cited = [self.sources[key] for key in cited_keys(given, language) if key in self.sources]
        references = [
            {"source_name": self.site.name, "url": self.site.entry(given.id), "external_id": str(given.id)},
            *(_reference(source) for source in cited),
        ]
        dates = given.entry.facts.get("dates", ())
        first, last = _interval(dates[0].value) if dates else (None, None)
        campaign = self.add(
            "campaign", uuid.uuid5(self.space, f"campaign {given.id}"), at, name=text.title, lang=language,
            description=text.lead, objective=text.fields.get("goals", ""), first_seen=first, last_seen=last,
            external_references=references,
        )  # fmt: skip
        members = [campaign]
        for code in dict.fromkeys(fact.value for fact in given.entry.facts.get("techniques", ())):
            members += self.uses(given, campaign, code)
        members += [self.note(given, campaign, source) for source in cited]
        self.add(
            "report", uuid.uuid5(self.space, f"report {given.id}"), at, name=text.title, lang=language,
            description=text.lead, report_types=["campaign"], published=_time(given.updated_at),
            object_refs=members, external_references=references[:1],
        )  # fmt: skip

    def uses(self, given: ExportedEntry, campaign: str, code: str) -> list[str]:
        technique = self.technique(code, given)
        name = uuid.uuid5(self.space, f"uses {given.id} {code}")
        at = (given.created_at, given.updated_at)
        refs = {"relationship_type": "uses", "source_ref": campaign, "target_ref": technique}
        return [technique, self.add("relationship", name, at, **refs)]

    def technique(self, code: str, given: ExportedEntry) -> str:
        own = f"attack-pattern--{uuid.uuid5(_TECHNIQUES, code)}"
        if own in self.objects:
            return own
        term = self.terms.get(code, ExportedTerm(code, code))
        phase = [{"kill_chain_name": "disarm", "phase_name": term.tactic.lower()}] if term.tactic else []
        reference = {"source_name": "DISARM", "external_id": code, "url": f"{_PAGES}{code}.md"}
        at = term.at or given.created_at
        return self.add(
            "attack-pattern", uuid.uuid5(_TECHNIQUES, code), (at, at), name=term.name or code,
            kill_chain_phases=phase, external_references=[reference],
        )  # fmt: skip

    def note(self, given: ExportedEntry, campaign: str, source: SourceData) -> str:
        name = uuid.uuid5(self.space, f"note {given.id} {source.key}")
        content = ". ".join(part for part in (source.title, source.container, source.issued or "") if part)
        return self.add(
            "note", name, (given.created_at, given.updated_at), abstract=source.title, content=content,
            object_refs=[campaign], external_references=[_reference(source)],
        )  # fmt: skip


def cited_keys(given: ExportedEntry, language: str) -> list[str]:
    """Return the keys of the sources that an entry's text and facts cite, each once."""
    text = given.text(language)
    whole = "\n\n".join([text.lead, *text.fields.values(), text.body])
    keys = [citation.key for citation in parse(whole, language).citations]
    keys += [fact.source for facts in given.entry.facts.values() for fact in facts if fact.source]
    keys += [line.source for line in given.entry.ledger if line.source]
    return list(dict.fromkeys(keys))


def _reference(source: SourceData) -> Object:
    address = f"https://doi.org/{source.doi}" if source.doi else source.url
    found: Object = {
        "source_name": source.container or source.publisher or source.title,
        "description": source.title,
    }
    return found | ({"url": address} if address else {"external_id": source.key})


def _interval(edtf: str) -> tuple[str | None, str | None]:
    """Return the first and the last moment that a date or interval (EDTF level 0) names; None for an open end."""
    first, _slash, last = edtf.partition("/")
    end = last or first
    try:
        return _first_day(first), None if end == ".." else _last_day(end)
    except ValueError:  # such as the 31st of February
        return None, None


def _first_day(edtf: str) -> str:
    year, month, day = (int(part) for part in (edtf + "-01-01").split("-")[:3])
    return _time(datetime(year, month, day, tzinfo=UTC))


def _last_day(edtf: str) -> str:
    year, month, day = (int(part) for part in (edtf + "-0-0").split("-")[:3])
    if day:
        return _time(datetime(year, month, day, 23, 59, 59, tzinfo=UTC))
    month = month or 12
    return _time(datetime(year, month, monthrange(year, month)[1], 23, 59, 59, tzinfo=UTC))


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
