"""Entries as a PDF to print, set by Typst with the fonts that it brings along."""

from collections.abc import Mapping, Sequence
from datetime import date

import typst

from common.i18n import gettext as _
from common.i18n import use_locale
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
from encyclopedia.core.export.typst_text import Numbers, literal, quoted, to_typst
from encyclopedia.schemas import SourceData

_SETTING = """\
#set document(title: {title}, date: none)
#set page(paper: "a4", margin: (x: 24mm, top: 22mm, bottom: 26mm), numbering: "1")
#set text(font: "Libertinus Serif", size: 10.5pt, lang: {language}, hyphenate: true)
#set par(justify: true, leading: 0.62em, spacing: 0.95em)
#show heading: set block(above: 1.3em, below: 0.7em)
#show link: set text(fill: rgb("#1d4e79"))
#set table(align: left)
"""
_PAGE = """\
#set page(footer: context [#set text(size: 7.5pt, fill: luma(35%)); #grid(columns: (1fr, auto), column-gutter: 8pt, {foot}, counter(page).display("1 / 1", both: true))])
"""


def write_pdf(
    entries: Sequence[ExportedEntry],
    language: str,
    sources: Mapping[str, SourceData],
    site: Site,
    words: Wording,
    *,
    printed_on: date,
) -> bytes:
    """Return one PDF of entries, each on a new page, in a language or else in one that it has."""
    with use_locale(language):
        title = entries[0].title(language) if len(entries) == 1 else site.name
        made = [_SETTING.format(title=literal(title), language=literal(language))]
        if len(entries) > 1:
            made.append(_contents(entries, site))
        for number, entry in enumerate(entries):
            made.append(
                _entry(
                    entry, language, sources, site, words, printed_on, breaks=bool(number) or len(entries) > 1
                )
            )
    source = "\n".join(made).encode()
    output = typst.compile(source, format="pdf", ignore_system_fonts=True)
    if not isinstance(output, bytes):  # several files come only where pictures are asked for
        raise TypeError(type(output).__name__)
    return output


def _contents(entries: Sequence[ExportedEntry], site: Site) -> str:
    count = _("Entries: %(count)s") % {"count": len(entries)}
    head = f"#text(size: 22pt, weight: 700)[{quoted(site.name)}]\n#parbreak()\n{quoted(count)}\n#parbreak()\n"
    return f"{head}#outline(title: {literal(_('Contents'))}, depth: 1)\n"


def _entry(
    given: ExportedEntry,
    language: str,
    sources: Mapping[str, SourceData],
    site: Site,
    words: Wording,
    printed_on: date,
    *,
    breaks: bool,
) -> str:
    own = given.language(language)
    text = given.text(language)
    numbers: Numbers = {}

    def markup(markdown: str) -> str:
        return to_typst(markdown, site=site.address, numbers=numbers, knows=sources.__contains__)

    made = ["#pagebreak(weak: true)"] if breaks else []
    values = {"licence": licence_of(given), "day": words.day(printed_on), "address": site.entry(given.id)}
    made.append(_PAGE.format(foot=literal(_(FOOT) % values)))
    made.append(f"#[\n#set text(lang: {literal(own)})\n#heading(level: 1)[{quoted(text.title)}]\n")
    if text.lead:
        made.append(f"#emph[{markup(text.lead)}]\n")
    made.append(_facts(given, words))
    for name, markdown in prose_of(given, text):
        made.append(f"#heading(level: 2, outlined: false)[{quoted(name)}]\n{markup(markdown)}")
    made += [markup(text.body), _references(numbers, sources), "]\n"]
    return "\n".join(made)


def _facts(given: ExportedEntry, words: Wording) -> str:
    cells = []
    for fact in facts_of(given, words):
        checked = " " + _("(checked on %(day)s)") % {"day": words.day(fact.read_on)} if fact.read_on else ""
        cells.append(f"[{quoted(fact.name)}], [{quoted(', '.join(fact.values) + checked)}],")
    rows = "\n".join(cells)
    return f"#block(breakable: true)[#set text(size: 9pt)\n#set par(justify: false)\n#table(columns: (32%, 1fr), stroke: (x: none, y: 0.3pt + luma(80%)), inset: (x: 2pt, y: 4pt),\n{rows}\n)]\n"


def _references(numbers: Numbers, sources: Mapping[str, SourceData]) -> str:
    found = references_of(numbers, sources)
    if not found:
        return ""
    lines = []
    for _key, line in found:
        link = f" #link({literal(line.href)})[{quoted(line.href)}]" if line.href else ""
        archive = (
            f" #link({literal(line.archive_href)})[{quoted(_('archived copy'))}]" if line.archive_href else ""
        )
        lines.append(f"[{quoted(reference_line(line))}{link}{archive}],")
    body = "\n".join(lines)
    head = f"#heading(level: 2, outlined: false)[{quoted(_('References'))}]\n"
    return f'{head}#[#set text(size: 9pt)\n#set par(justify: false)\n#enum(numbering: "[1]",\n{body}\n)]\n'
