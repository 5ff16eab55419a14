"""The library of ads: the list, and how it is narrowed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from babel import Locale
from fastapi import Request

from common.i18n import N_, current_locale, ngettext
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.templating import path_for
from political_ads.models import Ad, Campaign, Creative
from political_ads.queries.ads import COUNTED, Choices, Found, Labelled, Sort
from political_ads.schemas import Questionnaire, in_language
from political_ads.views.ad import PLATFORMS, ad_view, country_name

EXCERPT = 320  # characters of a text in the list
SORTS = {
    Sort.NEWEST: N_("Newest here first"),
    Sort.STARTED: N_("Latest to start first"),
    Sort.ADS: N_("Most ads first"),
    Sort.SEEN: N_("Most seen first"),
    Sort.SPENT: N_("Most spent first"),
}
LABELLED = {
    Labelled.ANY: N_("with or without a label"),
    Labelled.YES: N_("labelled"),
    Labelled.NO: N_("not labelled yet"),
}
DECLARED = {
    "": N_("declared or not"),
    "yes": N_("declared as political"),
    "no": N_("not declared as political"),
}
_formats = Formats()


@dataclass(frozen=True)
class Asked:
    """The list's state as its address has it."""

    q: str = ""
    language: str = ""
    country: str = ""
    source: str = ""
    advertiser: str = ""
    declared: str = ""
    labelled: str = ""
    label: str = ""
    sort: str = ""

    def query(self, **changed: str) -> dict[str, str]:
        """Return the address's parameters with some changed; the page falls back to the first."""
        return {**{name: str(value) for name, value in vars(self).items()}, **changed}

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return any(value for name, value in vars(self).items() if name != "sort")


@dataclass(frozen=True)
class CreativeLine:
    """One creative of the list."""

    href: str
    name: str  # who shows it
    sponsor: str
    excerpt: str
    language: str
    title: str
    marks: tuple[str, ...]  # how many ads, where, when, how much
    warned: bool


@dataclass(frozen=True)
class LibraryPage:
    """The library."""

    lines: tuple[CreativeLine, ...]
    asked: Asked
    languages: tuple[tuple[str, str], ...]
    countries: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]
    declared: tuple[tuple[str, str], ...]
    labelled: tuple[tuple[str, str], ...]
    labels: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]
    more_open: bool
    count: str
    clear: str | None
    number: int
    pages: int
    pages_href: str
    may_import: bool


def library_page(
    request: Request,
    asked: Asked,
    found: Found,
    offered: Choices,
    labels: Sequence[tuple[str, str]],
    *,
    may_import: bool,
) -> LibraryPage:
    """Return the page; `labels` are what can be looked for: value and words."""
    address = path_for(request, "ads_list")
    anything = _("any")
    return LibraryPage(
        lines=tuple(
            _line(request, creative, found.ads.get(creative.ad_id or 0)) for creative in found.page.items
        ),
        asked=asked,
        languages=(("", anything), *((code, language_name(code)) for code in offered.languages)),
        countries=(("", anything), *_by_name((code, country_name(code)) for code in offered.countries)),
        sources=(("", anything), *((source, source.replace("_", " ")) for source in offered.sources)),
        declared=_options(DECLARED),
        labelled=_options(LABELLED),
        labels=(("", anything), *labels),
        sorts=_options(SORTS),
        more_open=bool(asked.source or asked.advertiser or asked.declared or asked.label or asked.labelled),
        count=_count(found),
        clear=address if asked.narrowed else None,
        number=found.page.number,
        pages=found.page.pages,
        # `{page}` stays as it is for the list of pages
        pages_href=path_for(request, "ads_list", query={**asked.query(), "page": "PAGE"}).replace(
            "PAGE", "{page}"
        ),
        may_import=may_import,
    )


def label_choices(campaigns: Sequence[tuple[Campaign, Questionnaire]]) -> Iterator[tuple[str, str]]:
    """Yield the labels of campaigns' main questions as choices: `campaign:question:label` and words."""
    language = current_locale()
    for campaign, questionnaire in campaigns:
        for option in questionnaire.main.options:
            words = {
                "name": in_language(campaign.title, language),
                "value": in_language(option.label, language),
            }
            yield f"{campaign.id}:{questionnaire.main.key}:{option.key}", _("%(name)s: %(value)s") % words


def language_name(code: str) -> str:
    """Return a language's name in the reader's language; its code where it has none."""
    name: str = Locale.parse(current_locale()).languages.get(code, code)
    return name[:1].upper() + name[1:]


def many_ads(count: int) -> str:
    """Write how many ads a group holds."""
    return ngettext("%(count)s ad", "%(count)s ads", count) % {"count": _formats.number(count)}


def excerpt(text: str, length: int = EXCERPT) -> str:
    """Return the beginning of a text on one line, cut between words."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[:length].rsplit(" ", 1)[0] + " …"


def page_words(creative: Creative) -> str:
    """Return who shows a group's ads."""
    if not creative.page_name:
        return _("Page not named")
    if creative.pages > 1:
        more = creative.pages - 1
        return ngettext("%(page)s and %(count)s other page", "%(page)s and %(count)s other pages", more) % {
            "page": creative.page_name,
            "count": _formats.number(more),
        }
    return creative.page_name


def _line(request: Request, creative: Creative, ad: Ad | None) -> CreativeLine:
    return CreativeLine(
        href=path_for(request, "ads_creative", creative_id=creative.id),
        name=page_words(creative),
        sponsor=_("paid for by %(sponsor)s") % {"sponsor": ad.paid_for_by} if ad and ad.paid_for_by else "",
        excerpt=excerpt(creative.text) or excerpt(creative.title) or _("No text: a picture or a video only"),
        language=creative.language,
        title=excerpt(creative.title, 120) if creative.text else "",
        marks=tuple(_marks(creative, ad)),
        warned=bool(creative.warning),
    )


def _marks(creative: Creative, ad: Ad | None) -> Iterator[str]:
    yield many_ads(creative.ads)
    if ad:
        yield PLATFORMS.get(ad.platform, ad.platform)
        if ad.countries:
            shown = [country_name(code) for code in ad.countries]
            yield ", ".join(shown[:3]) + (" …" if len(shown) > 3 else "")
    group = ad_view(None, creative)
    for name, words in group.facts:
        if name != _("Same text in"):
            yield _("%(name)s: %(value)s") % {"name": name, "value": words}


def _count(found: Found) -> str:
    if found.capped:
        return _("More than %(count)s creatives") % {"count": _formats.number(COUNTED)}
    total = found.page.total
    return ngettext("%(count)s creative", "%(count)s creatives", total) % {"count": _formats.number(total)}


def _options(words: "dict[str, str] | dict[Sort, str] | dict[Labelled, str]") -> tuple[tuple[str, str], ...]:
    return tuple((str(value), _(name)) for value, name in words.items())


def _by_name(named: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(named, key=lambda each: each[1])
