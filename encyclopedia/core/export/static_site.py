"""The encyclopedia as plain files to read without a network: HTML pages whose links are relative, a style, a small search.

It works from a folder on a disk (`file://`), where browsers let no script fetch anything: the search's index is a script.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path

import orjson

from common.i18n import LOCALE_NAMES, use_locale
from common.i18n import gettext as _
from common.taxonomy import PHASE_NAMES, EntryKind
from encyclopedia.core.export.printed import (
    FOOT,
    Wording,
    facts_of,
    licence_of,
    prose_of,
    reference_line,
    references_of,
)
from encyclopedia.core.export.shapes import ExportedEntry, Site
from encyclopedia.core.markup import Document, EntryTarget, Numbering, Resolve
from encyclopedia.schemas import LANGUAGES, SourceData

_FILES = Path(__file__).parent / "site_files"
_POLICY = "default-src 'none'; style-src 'self' file:; script-src 'self' file:; img-src 'self' data: file:"


def write_site(
    entries: Sequence[ExportedEntry],
    sources: Mapping[str, SourceData],
    site: Site,
    words: Wording,
    *,
    printed_on: date,
) -> Iterator[tuple[str, bytes]]:
    """Yield the files (path, content): a page an entry and language, contents by kind and phase, the search."""
    for name in ("style.css", "search.js"):
        yield name, (_FILES / name).read_bytes()
    yield "index.html", _choice(site).encode()
    for language in LANGUAGES:
        writing = _Writing(entries, sources, site, words, language, printed_on)
        yield f"{language}/index.html", writing.contents().encode()
        yield f"{language}/entries.js", writing.index()
        for entry in entries:
            yield f"{language}/{entry.entry.slug}.html", writing.page(entry).encode()


def _choice(site: Site) -> str:
    links = "".join(
        f'<li><a href="{code}/index.html" lang="{code}">{escape(LOCALE_NAMES[code])}</a></li>'
        for code in LANGUAGES
    )
    return _document("en", site.name, f"<h1>{escape(site.name)}</h1><ul>{links}</ul>", up="")


class _Writing:
    """The pages of one language."""

    def __init__(
        self,
        entries: Sequence[ExportedEntry],
        sources: Mapping[str, SourceData],
        site: Site,
        words: Wording,
        language: str,
        printed_on: date,
    ) -> None:
        self.entries, self.sources, self.site = entries, sources, site
        self.words, self.language, self.printed_on = words, language, printed_on
        self.by_slug = {each.entry.slug: each for each in entries}
        for each in entries:  # a language's own slugs are written in texts, too
            self.by_slug |= {slug: each for slug in each.entry.slugs.values() if slug not in self.by_slug}
        self.backlinks = self._backlinks()

    def contents(self) -> str:
        """Return the first page: a search box, then entries by kind and by phase."""
        with use_locale(self.language):
            kinds: dict[str, list[ExportedEntry]] = defaultdict(list)
            phases: dict[str, list[ExportedEntry]] = defaultdict(list)
            for entry in self.entries:
                kinds[entry.entry.kind.value].append(entry)
                for phase in entry.entry.phases:
                    phases[phase].append(entry)
            label = escape(_("Search the encyclopedia"))
            parts = [
                f"<h1>{escape(self.site.name)}</h1>",
                f'<p role="search" hidden id="search"><label>{label} <input type="search" id="q" autocomplete="off"></label></p>',
                '<ul id="found" hidden></ul>',
                f"<h2>{escape(_('Kinds'))}</h2>",
                *(self._list(self.words.kind(kind), kinds[kind]) for kind in EntryKind if kinds[kind]),
                f"<h2>{escape(_('Phases'))}</h2>",
                *(self._list(_(name), phases[phase]) for phase, name in PHASE_NAMES.items() if phases[phase]),
            ]
            scripts = '<script src="entries.js"></script><script src="../search.js"></script>'
            return _document(self.language, self.site.name, "".join(parts) + self._foot(None) + scripts)

    def index(self) -> bytes:
        """Return what the search looks through: [title, lead, file] of each entry."""
        rows = [
            (entry.title(self.language), entry.text(self.language).lead, f"{entry.entry.slug}.html")
            for entry in self.entries
        ]
        return b"window.ENTRIES=" + orjson.dumps(rows) + b";\n"

    def page(self, given: ExportedEntry) -> str:
        """Return an entry's page."""
        with use_locale(self.language):
            own, text, numbering = given.language(self.language), given.text(self.language), Numbering()

            def html(markdown: str) -> str:
                return Document(markdown, own).render(self._resolve(), numbering).html

            parts = [
                f"<h1>{escape(text.title)}</h1>",
                f'<div class="lead">{html(text.lead)}</div>' if text.lead else "",
            ]
            parts += [f"<h2>{escape(name)}</h2>{html(markdown)}" for name, markdown in prose_of(given, text)]
            parts += [html(text.body), self._references(numbering)]
            article = f'<article lang="{own}">{"".join(parts)}</article>'
            aside = f"<aside>{self._facts(given)}{self._relations(given)}</aside>"
            return _document(
                self.language, text.title, self._top(given) + article + aside + self._foot(given)
            )

    def _top(self, given: ExportedEntry) -> str:
        others = "".join(
            f' · <a href="../{code}/{given.entry.slug}.html" lang="{code}">{escape(LOCALE_NAMES[code])}</a>'
            for code in LANGUAGES
            if code != self.language
        )
        return f'<nav><a href="index.html">{escape(_("Contents"))}</a>{others}</nav>'

    def _facts(self, given: ExportedEntry) -> str:
        lines = []
        for fact in facts_of(given, self.words):
            checked = (
                _("(checked on %(day)s)") % {"day": self.words.day(fact.read_on)} if fact.read_on else ""
            )
            lines.append(
                f"<dt>{escape(fact.name)}</dt><dd>{escape(', '.join(fact.values))} {escape(checked)}</dd>"
            )
        return f"<dl>{''.join(lines)}</dl>"

    def _relations(self, given: ExportedEntry) -> str:
        related = [self.by_slug[slug] for _type, slug, _note in given.entry.relations if slug in self.by_slug]
        linked = [each for each in self.backlinks[given.id] if each not in related]
        made = ""
        for name, found in ((_("Related entries"), related), (_("What links here"), linked)):
            made += self._list(name, list(dict.fromkeys(each.id for each in found))) if found else ""
        return made

    def _list(self, name: str, found: Iterable[ExportedEntry | int]) -> str:
        known = {each.id: each for each in self.entries}
        entries = [known[each] if isinstance(each, int) else each for each in found]
        ordered = sorted(entries, key=lambda each: each.title(self.language).casefold())
        lines = "".join(
            f'<li><a href="{escape(each.entry.slug)}.html" lang="{each.language(self.language)}">{escape(each.title(self.language))}</a></li>'
            for each in ordered
        )
        return f"<h3>{escape(name)}</h3><ul>{lines}</ul>"

    def _references(self, numbering: Numbering) -> str:
        lines = []
        for key, line in references_of(numbering.numbers, self.sources):
            link = (
                f' <a href="{escape(line.href)}" rel="noopener">{escape(line.link_text)}</a>'
                if line.href
                else ""
            )
            lines.append(f'<li id="ref-{escape(key)}">{escape(reference_line(line))}{link}</li>')
        return f"<h2>{escape(_('References'))}</h2><ol>{''.join(lines)}</ol>" if lines else ""

    def _foot(self, given: ExportedEntry | None) -> str:
        values = {
            "licence": licence_of(given) if given else self.site.name,
            "day": self.words.day(self.printed_on),
            "address": self.site.entry(given.id) if given else self.site.address,
        }
        return f"<footer>{escape(_(FOOT) % values)}</footer>"

    def _resolve(self) -> Resolve:
        return Resolve(entry=self._target, knows_source=self.sources.__contains__, media=lambda _name: None)

    def _target(self, slug: str) -> EntryTarget:
        found = self.by_slug.get(slug)
        if found is None:
            return EntryTarget(f"{self.site.address}/encyclopedia/entries/{slug}", slug, exists=False)
        return EntryTarget(f"{found.entry.slug}.html", found.title(self.language), exists=True)

    def _backlinks(self) -> dict[int, list[ExportedEntry]]:
        found: dict[int, list[ExportedEntry]] = defaultdict(list)
        for each in self.entries:
            for _type, slug, _note in each.entry.relations:
                if slug in self.by_slug and each not in found[self.by_slug[slug].id]:
                    found[self.by_slug[slug].id].append(each)
        return found


def _document(language: str, title: str, body: str, *, up: str = "../") -> str:
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="{up}style.css"></head><body>{body}</body></html>\n'
    )
