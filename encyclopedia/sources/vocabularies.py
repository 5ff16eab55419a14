"""Smaller vocabularies: DIMA (JSON, in French) and MISP galaxy clusters (AMITT, older DISARM); crosswalks are proposed, never made."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import orjson
from rapidfuzz import fuzz, process, utils

from common.errors import Invalid
from common.i18n import N_, gettext
from encyclopedia.schemas import (
    BroughtVocabulary,
    ExchangedTerm,
    FileLine,
    ImportReport,
    Message,
    ProposedMatch,
)

CLOSE = 85.0  # 0–100: names that are nearly the same
LEAST = 60.0
MOST_CHARACTERS = 20_000_000
# MISP's galaxies that can be read: their type → our scheme and kind of term. They hold an older DISARM, so it is a scheme of its own.
MISP_TYPES: Mapping[str, tuple[str, str]] = {
    "amitt-misinformation-pattern": ("amitt", "technique"),
    "disarm-techniques": ("disarm-misp", "technique"),
    "disarm-countermeasures": ("disarm-misp", "countermeasure"),
    "disarm-detections": ("disarm-misp", "detection"),
    "disarm-actortypes": ("disarm-misp", "actor_type"),
}


def json_kind(name: str, content: bytes) -> Literal["dima", "misp", "unknown"]:
    """Say which vocabulary's JSON this is. Raises `Invalid` where it is no JSON object."""
    document = _json(name, content)
    if "tactics" in document and "phase" in document:
        return "dima"
    return "misp" if "values" in document and "type" in document else "unknown"


def misp_type(name: str, content: bytes) -> str:
    """Return what a MISP galaxy cluster says it is. Raises `Invalid` where it is no JSON object."""
    return str(_json(name, content).get("type", ""))


def read_dima(files: Mapping[str, bytes]) -> BroughtVocabulary:
    """Read DIMA's JSON files (github.com/M82-project/DIMA, Apache-2.0): phases, tactics, techniques, by file name.

    Raises `Invalid` where a file is not JSON or has another shape.
    """
    terms: list[ExchangedTerm] = []
    lines = []
    for name, content in sorted(files.items()):
        document = _json(name, content)
        phase, tactics = _text(document, "phase", name), _list(document, "tactics", name)
        terms.append(ExchangedTerm("dima", "phase", phase, phase.capitalize()))
        before = len(terms)
        for tactic in tactics:
            code = _text(tactic, "id", name)
            terms.append(
                ExchangedTerm(
                    "dima", "tactic", code, _text(tactic, "name", name), _summary(tactic), parent=phase
                )
            )
            terms.extend(
                ExchangedTerm(
                    "dima",
                    "technique",
                    _text(one, "id", name),
                    _text(one, "name", name),
                    _summary(one),
                    tactic=code,
                )
                for one in _list(tactic, "techniques", name)
            )
        lines.append(_account(name, len(terms) - before))
    return BroughtVocabulary(
        tuple(terms), (), ImportReport(kind="dima", files=tuple(lines), counts=_counts(terms))
    )


def read_misp_cluster(name: str, content: bytes, *, scheme: str, kind: str) -> BroughtVocabulary:
    """Read a MISP galaxy cluster (https://www.misp-project.org/galaxy.html) as the terms of one kind, such as AMITT's techniques.

    Raises `Invalid` where the file is not JSON or has another shape.
    """
    terms = []
    for value in _list(_json(name, content), "values", name):
        meta = value.get("meta") if isinstance(value.get("meta"), dict) else {}
        code = str(meta.get("external_id") or value.get("uuid") or "")[:40]
        title = _text(value, "value", name)
        chain = [str(step) for step in meta.get("kill_chain", [])]
        # Later clusters write "T0001: name" into the name.
        title = title.removeprefix(code).lstrip(" :-") or title
        terms.append(
            ExchangedTerm(
                scheme, kind, code, title[:500], _summary(value), extra={"kill_chain": chain} if chain else {}
            )
        )
    report = ImportReport(kind=scheme, files=(_account(name, len(terms)),), counts=_counts(terms))
    return BroughtVocabulary(tuple(terms), (), report)


def propose_crosswalk(
    terms_a: Sequence[ExchangedTerm], terms_b: Sequence[ExchangedTerm]
) -> tuple[ProposedMatch, ...]:
    """Propose for each term of the first vocabulary its likeliest term of the second, by their names alone.

    Score 0–100 is `rapidfuzz.fuzz.token_sort_ratio`. The words are SKOS's (https://www.w3.org/TR/skos-reference/#mapping): *exact*
    for the same name; *close* from 85; *broad* where the second name's words are some of the first's (the second says less, and so
    covers more), *narrow* the other way round; *related* otherwise. Only terms of the same kind are compared.
    """
    proposals: list[ProposedMatch] = []
    for kind in sorted({term.kind for term in terms_a} & {term.kind for term in terms_b}):
        theirs = [term for term in terms_b if term.kind == kind]
        names = [utils.default_process(term.name) for term in theirs]
        for term in terms_a:
            if term.kind == kind:
                proposals.extend(_best(term, theirs, names))
    return tuple(proposals)


def _best(
    term: ExchangedTerm, theirs: Sequence[ExchangedTerm], names: Sequence[str]
) -> Iterable[ProposedMatch]:
    own = utils.default_process(term.name)
    found = process.extractOne(own, names, scorer=_alike, score_cutoff=LEAST)
    if found is None:
        return
    name, _, place = found
    other = theirs[place]
    score = round(fuzz.token_sort_ratio(own, name), 1)
    note = (
        gettext(N_("Both have the code %(code)s.")) % {"code": term.code} if term.code == other.code else ""
    )
    yield ProposedMatch(
        term.scheme, term.code, other.scheme, other.code, _match(own, name, score), score, note
    )


def _alike(one: str, other: str, *, score_cutoff: float | None = None, **_: object) -> float:
    score = (fuzz.token_sort_ratio(one, other) + fuzz.token_set_ratio(one, other)) / 2
    return score if score_cutoff is None or score >= score_cutoff else 0.0


def _match(own: str, other: str, score: float) -> Literal["exact", "close", "broad", "narrow", "related"]:
    ours, theirs = set(own.split()), set(other.split())
    if ours == theirs:
        return "exact"
    if score >= CLOSE:
        return "close"
    if theirs < ours:
        return "broad"
    return "narrow" if ours < theirs else "related"


def reused_codes(
    earlier: Iterable[ExchangedTerm], present: Iterable[ExchangedTerm]
) -> tuple[tuple[str, str, str, float], ...]:
    """Return (code, earlier name, present name, likeness 0–100) of the codes that have another name now, least alike first."""
    names = {(term.kind, term.code): term.name for term in present}
    pairs = [
        (term.code, term.name, names[term.kind, term.code])
        for term in earlier
        if (term.kind, term.code) in names
    ]
    scored = [
        (*pair, round(fuzz.token_sort_ratio(pair[1], pair[2], processor=utils.default_process), 1))
        for pair in pairs
    ]
    return tuple(
        sorted((found for found in scored if found[3] < 100), key=lambda found: (found[3], found[0]))
    )


def _json(name: str, content: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(content) if len(content) <= MOST_CHARACTERS else None
    except orjson.JSONDecodeError as error:
        raise _invalid(name, str(error)) from error
    if not isinstance(document, dict):
        raise _invalid(name, gettext(N_("an object was expected")))
    return document


def _text(holder: Any, key: str, name: str) -> str:
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, str) or not value.strip():
        raise _invalid(name, gettext(N_("“%(key)s” is missing")) % {"key": key})
    return value.strip()


def _list(holder: Any, key: str, name: str) -> list[Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, list) or not all(isinstance(member, dict) for member in value):
        raise _invalid(name, gettext(N_("“%(key)s” is missing")) % {"key": key})
    return value


def _summary(holder: dict[str, Any]) -> str:
    return str(holder.get("description") or "").strip()


def _invalid(name: str, problem: str) -> Invalid:
    return Invalid(
        gettext(N_("“%(name)s” cannot be read: %(problem)s.")) % {"name": name, "problem": problem}
    )


def _account(name: str, terms: int) -> FileLine:
    sentence = Message(template=N_("%(terms)s terms."), values={"terms": terms})
    return FileLine(path=name, outcome="entries", notes=(sentence,))


def _counts(terms: Iterable[ExchangedTerm]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for term in terms:
        counts[term.kind] = counts.get(term.kind, 0) + 1
    return counts
