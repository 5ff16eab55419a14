"""OAI-PMH 2.0 (http://www.openarchives.org/OAI/2.0/openarchivesprotocol.htm): its answers as XML, its tokens, Dublin Core."""

import base64
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from encyclopedia.core.export.shapes import ExportedEntry, Site

OAI = "http://www.openarchives.org/OAI/2.0/"
DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PREFIX = "oai_dc"
for _short, _space in (("", OAI), ("oai_dc", OAI_DC), ("dc", DC), ("xsi", XSI)):
    ET.register_namespace(_short, _space)


@dataclass(frozen=True)
class Harvested:
    """A record: the entry, or only its number where it was deleted."""

    id: int
    at: datetime
    sets: tuple[str, ...]
    entry: ExportedEntry | None


@dataclass(frozen=True)
class HarvestToken:
    """Where a list goes on: its question and the last record given. Times are seconds since 1970."""

    verb: str
    since: int | None
    until: int | None
    set: str
    at: str  # of the last record, ISO 8601
    id: int
    given: int  # how many records came before

    def __str__(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))


class OaiError(Exception):
    """What the protocol calls an error: a code and a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


def sign(token: HarvestToken, key: str) -> str:
    """Return a token for a client to give back; nothing is kept here."""
    body = base64.urlsafe_b64encode(str(token).encode()).decode()
    return f"{body}.{_signature(body, key)}"


def unsign(words: str, key: str) -> HarvestToken:
    """Read a token that `sign` made.

    Raises:
        OaiError: it is not ours.
    """
    body, _dot, signature = words.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(body, key).encode()):
        raise OaiError("badResumptionToken", "This token was not given here, or was cut short.")
    return HarvestToken(**json.loads(base64.urlsafe_b64decode(body)))


def _signature(body: str, key: str) -> str:
    return hmac.new(key.encode(), b"oai:" + body.encode(), "sha256").hexdigest()[:32]


def read_moment(words: str, *, end: bool = False) -> datetime:
    """Read a day or a second in UTC (§ 3.3.1); `end`: a day's last second.

    Raises:
        OaiError: it is neither.
    """
    try:
        if len(words) == 10:
            day = datetime.strptime(words, "%Y-%m-%d").replace(tzinfo=UTC)
            return day.replace(hour=23, minute=59, second=59) if end else day
        return datetime.strptime(words, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise OaiError("badArgument", "Dates are 2019-05-07 or 2019-05-07T12:00:00Z.") from error


def stamp(at: datetime) -> str:
    """Return a moment in seconds, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Answer:
    """One answer of the protocol, filled step by step."""

    def __init__(self, base: str, at: datetime, request: Sequence[tuple[str, str]] = ()) -> None:
        self.root = ET.Element(f"{{{OAI}}}OAI-PMH")
        self.root.set(f"{{{XSI}}}schemaLocation", f"{OAI} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd")
        _add(self.root, "responseDate", stamp(at))
        _add(self.root, "request", base, **dict(request))
        self.base = base

    def error(self, error: OaiError) -> bytes:
        """Answer with an error; where the question itself is bad, its arguments are not repeated (§ 3.6)."""
        if error.code in {"badVerb", "badArgument"}:
            request = self.root[1]
            for name in list(request.attrib):
                del request.attrib[name]
        _add(self.root, "error", error.sentence, code=error.code)
        return self.bytes()

    def identify(self, site: Site, *, email: str, earliest: datetime) -> bytes:
        """Say what this repository is."""
        body = _add(self.root, "Identify")
        for name, words in (
            ("repositoryName", site.name), ("baseURL", self.base), ("protocolVersion", "2.0"), ("adminEmail", email),
            ("earliestDatestamp", stamp(earliest)), ("deletedRecord", "transient"), ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
        ):  # fmt: skip
            _add(body, name, words)
        return self.bytes()

    def formats(self) -> bytes:
        """Name the one format."""
        each = _add(_add(self.root, "ListMetadataFormats"), "metadataFormat")
        _add(each, "metadataPrefix", PREFIX)
        _add(each, "schema", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd")
        _add(each, "metadataNamespace", OAI_DC)
        return self.bytes()

    def sets(self, sets: Iterable[tuple[str, str]]) -> bytes:
        """Name the sets (spec, name)."""
        body = _add(self.root, "ListSets")
        for spec, name in sets:
            each = _add(body, "set")
            _add(each, "setSpec", spec)
            _add(each, "setName", name)
        return self.bytes()

    def records(
        self, verb: str, found: Iterable[Harvested], site: Site, *, token: str | None, given: int, total: int
    ) -> bytes:
        """Give records, or only their headers; `token`: None for a complete list, "" at the end of one in parts."""
        body = _add(self.root, verb)
        for each in found:
            _header(body if verb == "ListIdentifiers" else _add(body, "record"), each, site)
            if verb != "ListIdentifiers" and each.entry is not None:
                _dublin_core(_add(body[-1], "metadata"), each.entry, site)
        if token is not None:
            _add(body, "resumptionToken", token, cursor=str(given), completeListSize=str(total))
        return self.bytes()

    def bytes(self) -> bytes:
        """Return the answer as it is sent."""
        return bytes(ET.tostring(self.root, encoding="UTF-8", xml_declaration=True))


def identifier(site: Site, entry_id: int) -> str:
    """Return an entry's OAI identifier (http://www.openarchives.org/OAI/2.0/guidelines-oai-identifier.htm)."""
    return f"oai:{_host(site)}:{entry_id}"


def entry_id_of(site: Site, words: str) -> int:
    """Return the entry that an identifier names.

    Raises:
        OaiError: it is none of ours.
    """
    number = words.removeprefix(f"oai:{_host(site)}:")
    if number == words or not (number.isascii() and number.isdigit()) or len(number) > 18:
        raise OaiError("idDoesNotExist", "No record here has this identifier.")
    return int(number)


def _host(site: Site) -> str:
    return site.address.partition("://")[2].partition("/")[0].partition(":")[0]


def _header(parent: ET.Element, each: Harvested, site: Site) -> None:
    header = _add(parent, "header", **({} if each.entry else {"status": "deleted"}))
    _add(header, "identifier", identifier(site, each.id))
    _add(header, "datestamp", stamp(each.at))
    for name in each.sets:
        _add(header, "setSpec", name)


def _dublin_core(parent: ET.Element, given: ExportedEntry, site: Site) -> None:
    entry = given.entry
    body = ET.SubElement(parent, f"{{{OAI_DC}}}dc")
    body.set(f"{{{XSI}}}schemaLocation", f"{OAI_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd")
    texts = [(language, text) for language, text in sorted(entry.texts.items())]
    elements = [("title", text.title, language) for language, text in texts]
    elements += [("description", text.lead, language) for language, text in texts]
    elements += [("subject", subject, "") for subject in (*entry.phases, *entry.criteria)]
    elements += [("creator", entry.attribution, ""), ("publisher", site.name, "")]
    elements += [
        ("date", given.updated_at.date().isoformat(), ""),
        ("type", "Text", ""),
        ("type", entry.kind.value, ""),
    ]
    elements += [("format", "text/html", ""), ("identifier", site.entry(given.id), "")]
    elements += [("language", language, "") for language, _text in texts]
    elements += [("relation", slug, "") for _kind, slug, _note in entry.relations]
    elements += [("rights", entry.licence, "")]
    for name, words, language in elements:
        if words:
            element = ET.SubElement(body, f"{{{DC}}}{name}")
            element.text = _clean(words)
            if language:
                element.set("{http://www.w3.org/XML/1998/namespace}lang", language)


def _add(parent: ET.Element, name: str, words: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(
        parent, f"{{{OAI}}}{name}", {key: _clean(value) for key, value in attributes.items()}
    )
    element.text = _clean(words) if words is not None else None
    return element


def _clean(words: str) -> str:
    """Return words without what XML 1.0 has no place for (§ 2.2)."""
    return "".join(
        letter
        for letter in words
        if letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff"
    )
