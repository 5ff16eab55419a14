"""A campaign in words: its title, rules, creatives, dates."""

from collections.abc import Mapping

from common.i18n import N_, current_locale, ngettext
from common.i18n import gettext as _
from common.web.formats import Formats
from political_ads.models import Campaign, QuestionnaireVersion
from political_ads.schemas import Query, Rules, in_language
from political_ads.views.ad import country_name

_formats = Formats()
AUDIENCES = {
    "everybody": N_("Everybody, also without an account"),
    "signed_in": N_("People with an account"),
    "members": N_("Members of this deployment"),
    "reviewers": N_("Reviewers"),
}


def title_of(campaign: Campaign) -> str:
    """Return a campaign's title in the reader's language."""
    return in_language(campaign.title, current_locale())


def version_words(version: QuestionnaireVersion) -> str:
    """Name a version of a questionnaire."""
    title: Mapping[str, str] = version.content.get("title", {})
    return _("%(title)s, version %(version)s") % {
        "title": in_language(title, current_locale()),
        "version": version.version,
    }


def creatives_words(matching: int, query: Query) -> str:
    """Say how many creatives a query takes."""
    words = ngettext("%(count)s creative matches.", "%(count)s creatives match.", matching) % {
        "count": _formats.number(matching)
    }
    if query.sample and query.sample < matching:
        words += " " + _("%(sample)s of them are drawn at random.") % {
            "sample": _formats.number(query.sample)
        }
    return words


def rule_words(rules: Rules) -> str:
    """Say when a creative has enough answers."""
    return _(
        "at least %(least)s answers, a probability of %(posterior)s and a lead of %(lead)s; after %(most)s answers reviewers decide"
    ) % {
        "least": rules.at_least,
        "posterior": share_words(rules.posterior),
        "lead": rules.lead,
        "most": rules.at_most,
    }


def query_words(query: Query) -> str:
    """Say which creatives a query takes."""
    parts = []
    if query.text:
        parts.append(_("with the words “%(text)s”") % {"text": query.text})
    if query.advertiser:
        parts.append(_("of pages called “%(name)s”") % {"name": query.advertiser})
    if query.languages:
        parts.append(_("in %(languages)s") % {"languages": ", ".join(query.languages)})
    if query.countries:
        countries = ", ".join(country_name(code) for code in query.countries)
        parts.append(_("shown in %(countries)s") % {"countries": countries})
    if query.sources:
        parts.append(_("from %(sources)s") % {"sources": ", ".join(query.sources)})
    if query.declared is not None:
        parts.append(_("declared as political") if query.declared else _("not declared as political"))
    if query.import_id:
        parts.append(_("of import %(number)s") % {"number": query.import_id})
    if query.sample:
        parts.append(_("at most %(sample)s, drawn at random") % {"sample": _formats.number(query.sample)})
    return "; ".join(parts) or _("all that are here")


def dates_words(campaign: Campaign) -> str:
    """Say when a campaign takes answers."""
    begin, end = campaign.starts_at, campaign.ends_at
    if begin and end:
        return f"{_formats.datetime(begin)} – {_formats.datetime(end)}"
    if begin:
        return _("from %(date)s on") % {"date": _formats.datetime(begin)}
    return _("until %(date)s") % {"date": _formats.datetime(end)} if end else _("as long as it is open")


def share_words(share: float) -> str:
    """Write a probability with as many digits as it has, such as 99 % and 99.5 %."""
    return _formats.percent(share, 0 if float(100 * share).is_integer() else 1)
