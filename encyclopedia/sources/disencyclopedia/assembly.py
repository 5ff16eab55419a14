"""From a draft, and its French twin where there is one, to an entry."""

import re
from collections.abc import Mapping
from typing import Literal, cast

from common.i18n import N_
from common.taxonomy import EntryKind
from encyclopedia.schemas import BroughtEntry, ExchangedEntry, Fact, Message, Text
from encyclopedia.sources.bring import brought
from encyclopedia.sources.disencyclopedia.drafts import Draft
from encyclopedia.sources.disencyclopedia.inside import Inside
from encyclopedia.sources.disencyclopedia.pages import plain_title

LICENCE = "CC-BY-SA-2.0"
ATTRIBUTION = "Office of the French Ambassador for Digital Affairs, encyclopedia of 2019 (changed: structured on import)"
LONGEST_LEAD = 300

# Frequent words that the other language does not have.
_ENGLISH = frozenset(
    re.findall(r"\S+", "the and of to is are it that which with for by on from was this an as be")
)
_FRENCH = frozenset(
    re.findall(r"\S+", "le la les des et est une qui que dans pour par sur du au aux sont été ne ce")
)


def assemble(draft: Draft, french: Draft | None, slugs: Mapping[str, str], inside: Inside) -> BroughtEntry:
    """Return the entry of a draft."""
    texts = {_language(draft): _text(draft, inside)}
    if french is not None:
        texts["fr"] = _text(french, inside)
    slug = slugs[draft.origin]
    relations: tuple[tuple[str, str, str], ...] = ()
    if draft.part_of is not None:
        relations = (("part_of", slugs[draft.part_of.origin], ""),)
    entry = ExchangedEntry(
        slug=slug,
        kind=draft.kind,
        phases=tuple(draft.phases),
        criteria=tuple(draft.criteria),
        facts=_facts(draft),
        relations=relations,
        texts=texts,
        slugs={"en": slug} if "en" in texts else {"fr": slug},
        licence=LICENCE,
        attribution=ATTRIBUTION,
    )
    return brought(draft.origin, entry, cast(Literal["entry", "page", "site"], draft.role))


def _facts(draft: Draft) -> dict[str, tuple[Fact, ...]]:
    facts = {
        key: tuple(Fact(value=value) for value in values) for key, values in draft.facts.items() if values
    }
    if draft.websites and draft.kind in (EntryKind.TOOL, EntryKind.ACTOR):
        facts["website"] = (Fact(value=draft.websites[0]),)
    return facts


def _text(draft: Draft, inside: Inside) -> Text:
    body = inside.rewrite(draft, draft.body)
    kept = draft.websites[1:] if draft.kind in (EntryKind.TOOL, EntryKind.ACTOR) else draft.websites
    missing = [address for address in kept if address not in body]
    if missing:  # the heading's links that no field takes
        body = "\n\n".join([*(f"<{address}>" for address in missing), body])
    fields = {key: inside.rewrite(draft, text) for key, text in draft.fields.items()}
    if draft.kind is EntryKind.CONCEPT and draft.role == "entry":
        fields["definition"], body = _definition(body)
    lead = _first_sentence(fields.get("what") or fields.get("activities") or fields.get("definition") or body)
    return Text(
        title=draft.title[:200],
        lead=lead,
        fields={key: text for key, text in fields.items() if text},
        body=body.strip(),
    )


def _definition(body: str) -> tuple[str, str]:
    """Return the first paragraph (with the list that it introduces) as the definition, and what follows it."""
    paragraphs = body.split("\n\n")
    end = 1
    while end < len(paragraphs) and paragraphs[end - 1].rstrip().endswith(":"):
        end += 1
    definition = "\n\n".join(paragraphs[:end]).strip()
    return (definition, "\n\n".join(paragraphs[end:])) if len(definition) <= 5_000 else ("", body)


def _first_sentence(text: str) -> str:
    """Return the first sentence of the first paragraph of prose, without markup; empty where it would be long."""
    prose = (
        part for part in text.split("\n\n") if part.strip() and not re.match(r"[#|*\-<>!]", part.strip())
    )
    first = next(prose, "").replace("\\\n", " ").replace("\n", " ")
    first = re.sub(r"\[\[(?:[^\]|]*\|)?([^\]]*)\]\]", r"\1", first)
    first = re.sub(r"\[\^[^\]]*\]", "", plain_title(first))
    found = re.match(r"(.+?[.!?…])(?=\s+[A-ZÀ-Ý“«]|$)", first)
    sentence = found[1] if found else first
    return sentence if len(sentence) <= LONGEST_LEAD else ""


def _language(draft: Draft) -> str:
    """Return the language in which a draft is written: some pages of the English folder hold French texts."""
    words = re.findall(r"[a-zà-ÿ]+", draft.words.casefold())
    english, french = sum(word in _ENGLISH for word in words), sum(word in _FRENCH for word in words)
    if draft.language == "en" and french > 2 * english and french >= 3:
        sentence = N_(
            "“%(title)s” stands in the English folder and is written in French; it was taken as French."
        )
        draft.notes.append(Message(template=sentence, values={"title": draft.title}))
        return "fr"
    return draft.language
