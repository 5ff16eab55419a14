"""A campaign's form as text, and back: every field is checked, and each problem is said beside its field."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from common.errors import Invalid
from common.i18n import gettext as _
from political_ads.actions.campaigns import CampaignForm
from political_ads.models import Campaign
from political_ads.schemas import LANGUAGES, Audience, Mix, Query, Rules

Values = dict[str, str]

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 80
LONGEST = {"title": 200, "about": 20_000}
WHOLE = (  # the rules that are whole numbers
    "at_least",
    "at_most",
    "lead",
    "blank_after",
    "gold_first",
    "gold_every_first",
    "gold_every",
    "quiz_questions",
    "quiz_right",
    "lease_minutes",
    "ahead",
    "per_hour",
)
LICENCES = ("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "ODbL-1.0", "etalab-2.0")  # SPDX
_MOMENT = "%Y-%m-%dT%H:%M"


def slug_of(title: str) -> str:
    """Return an address for a title: lower-case letters, digits and hyphens; empty where nothing is left."""
    letters = unicodedata.normalize("NFKD", title).lower()
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_SLUG].rstrip("-")


def read_query(values: Mapping[str, str]) -> Query:
    """Return which creatives the form asks for. Raises `Invalid`."""
    problems: Values = {}
    sample = _number(values, "sample", problems, least=1)
    import_id = _number(values, "import_id", problems, least=1)
    countries = tuple(
        sorted({code.upper() for code in re.split(r"[\s,;]+", values.get("countries", "")) if code})
    )
    if any(not re.fullmatch("[A-Z]{2}", code) for code in countries):
        problems["countries"] = _("Give countries by their two letters, such as FR, BE.")
    if problems:
        raise Invalid(_("Some of this needs another look."), fields=problems)
    return Query(
        text=values.get("text", "").strip()[:200],
        languages=_chosen(values, "language"),
        countries=countries,
        sources=_chosen(values, "source"),
        advertiser=values.get("advertiser", "").strip()[:200],
        declared={"yes": True, "no": False}.get(values.get("declared", "")),
        import_id=import_id,
        sample=sample,
    )


def read_rules(values: Mapping[str, str]) -> Rules:
    """Return the form's rules; a field left empty takes the default. Raises `Invalid`."""
    problems: Values = {}
    given: dict[str, Any] = {name: _number(values, name, problems) for name in WHOLE}
    posterior = _decimal(values, "posterior", problems)
    given["posterior"] = None if posterior is None else posterior / 100
    shares = {name: _decimal(values, f"mix_{name}", problems) for name in ("nearest", "uncertain", "random")}
    if not problems and all(share is not None for share in shares.values()):
        given["mix"] = _mix(shares, problems)
    if problems:
        raise Invalid(_("Some of this needs another look."), fields=problems)
    try:
        return Rules.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise Invalid(_("Some of this needs another look."), fields=_of_rules(error)) from error


def read_campaign(values: Mapping[str, str]) -> CampaignForm:
    """Return what a form says of a campaign. Raises `Invalid` with all that is wrong, by field."""
    problems: Values = {}
    title, about = (_in_languages(values, name, problems) for name in ("title", "about"))
    slug = values.get("slug", "").strip() or slug_of(next(iter(title.values()), ""))
    if title and not (SLUG.fullmatch(slug) and len(slug) <= LONGEST_SLUG):
        problems["slug"] = _("Use lower-case letters, digits and hyphens, at most 80.")
    if not title:
        problems["title_en"] = _("Give the campaign a title in one language at least.")
    dates = {name: _moment(values, name, problems) for name in ("starts_at", "ends_at")}
    questionnaire_id = _number(values, "questionnaire", problems)
    if not questionnaire_id:
        problems["questionnaire"] = _("Choose a questionnaire.")
    if values.get("audience", "everybody") not in set(Audience):
        problems["audience"] = _("Choose who may take part.")
    query, rules = Query(), Rules()
    try:
        query = read_query(values)
    except Invalid as problem:
        problems.update(problem.fields)
    try:
        rules = read_rules(values)
    except Invalid as problem:
        problems.update(problem.fields)
    if problems:
        raise Invalid(_("Some of this needs another look."), fields=problems)
    return CampaignForm(
        slug=slug,
        title=title,
        about=about,
        questionnaire_id=questionnaire_id or 0,
        query=query,
        rules=rules,
        audience=Audience(values.get("audience", "everybody")),
        languages=query.languages,
        results_public="results_public" in values,
        licence=values["licence"] if values.get("licence") in LICENCES else LICENCES[0],
        **dates,
    )


def form_of(campaign: Campaign, **changed: Any) -> CampaignForm:
    """Return a campaign's form as it stands, with some parts changed."""
    parts: dict[str, Any] = {
        "slug": campaign.slug,
        "title": campaign.title,
        "about": campaign.about,
        "questionnaire_id": campaign.questionnaire_id,
        "query": Query.model_validate(campaign.query),
        "rules": Rules.model_validate(campaign.rules),
        "audience": Audience(campaign.audience),
        "languages": campaign.languages,
        "results_public": campaign.results_public,
        "licence": campaign.licence,
        "starts_at": campaign.starts_at,
        "ends_at": campaign.ends_at,
    }
    return CampaignForm(**{**parts, **changed})


def campaign_values(form: CampaignForm) -> Values:
    """Return the form's fields as text; `read_campaign` gives the form back."""
    values = {"slug": form.slug, "licence": form.licence, "audience": form.audience.value}
    values["questionnaire"] = str(form.questionnaire_id or "")
    for language in LANGUAGES:
        values[f"title_{language}"] = form.title.get(language, "")
        values[f"about_{language}"] = form.about.get(language, "")
    if form.results_public:
        values["results_public"] = "1"
    for name, moment in (("starts_at", form.starts_at), ("ends_at", form.ends_at)):
        values[name] = moment.strftime(_MOMENT) if moment else ""
    return {**values, **query_values(form.query), **rules_values(form.rules)}


def query_values(query: Query) -> Values:
    """Return a query as the form's fields."""
    return {
        "text": query.text,
        "advertiser": query.advertiser,
        "countries": ", ".join(query.countries),
        "declared": {True: "yes", False: "no"}.get(query.declared, "") if query.declared is not None else "",
        "import_id": str(query.import_id or ""),
        "sample": str(query.sample or ""),
        **{f"language.{language}": "1" for language in query.languages},
        **{f"source.{source}": "1" for source in query.sources},
    }


def rules_values(rules: Rules) -> Values:
    """Return rules as the form's fields; shares are percentages."""
    return {
        **{name: str(getattr(rules, name)) for name in WHOLE},
        "posterior": f"{100 * rules.posterior:g}",
        **{f"mix_{name}": f"{100 * share:g}" for name, share in rules.mix.model_dump().items()},
    }


def _mix(shares: Mapping[str, float | None], problems: Values) -> Mix | None:
    parts = {name: (share or 0.0) / 100 for name, share in shares.items()}
    try:
        return Mix.model_validate(parts)
    except ValidationError:
        problems["mix_nearest"] = _("The three shares must add up to 100 %.")
        return None


def _of_rules(error: ValidationError) -> Values:
    problems: Values = {}
    for detail in error.errors(include_url=False):
        name = str(detail["loc"][0]) if detail["loc"] else ""
        limits = {key: part for key, part in detail.get("ctx", {}).items() if key in {"ge", "gt", "le"}}
        if name == "posterior":
            problems[name] = _("Give a number above 50 and up to 100.")
        elif "ge" in limits:
            problems[name] = _("Give a number from %(least)s on.") % {"least": limits["ge"]}
        elif "le" in limits:
            problems[name] = _("Give a number up to %(most)s.") % {"most": limits["le"]}
        else:
            problems["at_most"] = _(
                "“At most” is not under “at least”, and no more right answers are needed than the quiz has questions."
            )
    return problems


def _chosen(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(sorted(key.removeprefix(f"{name}.") for key in values if key.startswith(f"{name}.")))


def _in_languages(values: Mapping[str, str], name: str, problems: Values) -> Values:
    found: Values = {}
    for language in LANGUAGES:
        words = values.get(f"{name}_{language}", "").strip()
        if len(words) > LONGEST[name]:
            problems[f"{name}_{language}"] = _("Please keep to %(most)s characters.") % {
                "most": LONGEST[name]
            }
        if words:
            found[language] = words
    return found


def _number(values: Mapping[str, str], name: str, problems: Values, *, least: int = 0) -> int | None:
    given = values.get(name, "").strip()
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 10 and int(given) >= least):
        problems[name] = _("Give a whole number from %(least)s on.") % {"least": least}
        return None
    return int(given)


def _decimal(values: Mapping[str, str], name: str, problems: Values) -> float | None:
    given = values.get(name, "").strip().replace(",", ".")
    if not given:
        return None
    if not re.fullmatch(r"\d{1,3}(?:\.\d{1,6})?", given):
        problems[name] = _("Give a number, such as 99.5.")
        return None
    return float(given)


def _moment(values: Mapping[str, str], name: str, problems: Values) -> datetime | None:
    given = values.get(name, "").strip()
    if not given:
        return None
    try:
        return datetime.strptime(given, _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        problems[name] = _("Give a date and a time, such as 2026-11-30T09:00.")
        return None
