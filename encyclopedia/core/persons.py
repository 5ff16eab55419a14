"""Where a text may lead to a private person: handles, e-mail addresses, telephone numbers, names after telling words."""

import re
from collections.abc import Iterator

_HANDLE = re.compile(r"(?<![\w/.@[])@[A-Za-z_]\w{2,29}(?:@[\w-]+(?:\.[\w-]+)+)?(?![\w@])")
_EMAIL = re.compile(r"(?<![\w.+@-])([\w.+-]{1,64})@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}")
_PHONE = re.compile(
    r"(?<![\w+./:-])(?:\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,6}|0[1-9](?:[ .-]\d\d){4}|0[1-9]\d{8})(?![\w-])"
)
_SHARED_BOXES = frozenset({
    "contact", "info", "press", "presse", "media", "redaction", "editor", "office", "hello", "support", "team", "tips",
    "alerte", "webmaster", "bonjour", "news", "newsroom", "enquiries", "mail", "communication", "research", "security",
})  # fmt: skip

_NAME = r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+(?:[-'’][A-ZÀ-ÖØ-Þa-z][a-zß-öø-ÿ]+)*"
_FULL_NAME = rf"{_NAME}(?: (?:de|du|des|van|von|le|la|d’|d')?\s?{_NAME}){{1,2}}"
# A civility is followed by a person's name; a role, by a full name, perhaps after "named".
_CIVIL = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Mme|Mlle|Mr\.|Mrs\.|Ms\.|M\.|Monsieur|Madame|Mademoiselle) (?P<name>{_NAME}(?: {_NAME})?)"
)
_ROLE = re.compile(
    r"\b(?:(?:[Rr]esident|[Nn]eighbour|[Ii]nternet user|[Tt]witter user|[Ff]acebook user|[Uu]ser|[Ss]tudent|[Tt]eacher|[Mm]other|"
    r"[Ff]ather|[Nn]urse|[Cc]itizen|[Ii]nternaute|[Hh]abitante?|[Rr]iveraine?|[Éé]tudiante?|[Uu]tilisateur|[Uu]tilisatrice|"
    r"[Cc]itoyenn?e?|[Mm]an|[Ww]oman|[Hh]omme|[Ff]emme)(?:,? (?:named|called|nommée?|appelée?|dénommée?))?|"
    rf"[Tt]he account of|[Ll]e compte de|[Uu]n certain|[Uu]ne certaine) (?P<name>{_FULL_NAME})"
)
# Whoever holds a public office is named for it: "M. X, ministre de …".
_OFFICE = re.compile(
    r",? (?:the |la |le |l['’])?(?:then )?(?:ministre|minister|secrétaire d['’]État|président|présidente|president|senator|"
    r"sénateur|sénatrice|député|députée|deputy|member of|commissaire|commissioner|ambassadeur|ambassadrice|ambassador|"
    r"spokes\w+|porte-parole|professeure?|professor|researcher|chercheu\w+|journaliste?)",
    re.IGNORECASE,
)
_NOT_PERSONS = frozenset({
    "agency", "agence", "association", "bureau", "centre", "center", "commission", "committee", "comité", "company",
    "conseil", "corporation", "council", "foundation", "fondation", "group", "groupe", "institut", "institute", "lab",
    "laboratory", "laboratoire", "ministry", "ministère", "ministre", "minister", "president", "président", "présidente",
    "media", "network", "news", "observatory", "office", "organisation", "organization", "party", "parti", "press",
    "project", "projet", "radio", "research", "service", "society", "state", "states", "team", "television", "union",
    "university", "université", "agreement", "guide", "manual", "interface", "experience", "data", "protection", "policy",
    "facebook", "twitter", "instagram", "telegram", "youtube", "tiktok", "google", "whatsapp", "mastodon", "bluesky",
})  # fmt: skip


def persons_in(text: str, known: frozenset[str]) -> list[tuple[int, int]]:
    """Return the places (start, end) in a text that may lead to a private person, but for what is in `known` (in any case)."""
    familiar = {name.casefold().lstrip("@") for name in known}
    spans = [span for span, words in _candidates(text) if words.casefold().lstrip("@") not in familiar]
    return sorted(set(spans))


def _candidates(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    for found in _EMAIL.finditer(text):
        if found[1].lower() not in _SHARED_BOXES:
            yield found.span(), found[0]
    for found in _HANDLE.finditer(text):
        yield found.span(), found[0]
    for found in _PHONE.finditer(text):
        if 9 <= sum(character.isdigit() for character in found[0]) <= 15:
            yield found.span(), found[0]
    for pattern in (_CIVIL, _ROLE):
        for found in pattern.finditer(text):
            ordinary = _NOT_PERSONS.isdisjoint(found["name"].casefold().split())
            if ordinary and not _OFFICE.match(text, found.end()):
                yield found.span("name"), found["name"]
