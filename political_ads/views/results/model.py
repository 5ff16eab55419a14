"""The model's page: how far it agrees with volunteers, how its probabilities hold, what it learned, and its card."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request

from common.i18n import current_locale
from common.i18n import gettext as _
from common.jobs import Job, JobState
from common.web.templating import path_for
from political_ads.core.markdown import to_html
from political_ads.core.model_report import ADVERTISERS_OF_TERM
from political_ads.core.questionnaires import Asked
from political_ads.core.supply import Supply
from political_ads.models import Campaign, Model
from political_ads.queries.questionnaires import Version
from political_ads.schemas import in_language
from political_ads.service.supplying import GROWN, GROWN_BY, class_words, missing_words
from political_ads.views.fact_words import fact_words
from political_ads.views.results.figures import FigureView, Wording, fmt
from political_ads.views.results.model_figures import figures_of_model
from political_ads.views.results.model_words import (
    TermList,
    basis_of,
    beside_of,
    finding_of,
    notes_of,
    percent_range,
    terms_of,
)

STATES = {"training": "info", "ready": "ok", "failed": "warn"}


@dataclass(frozen=True)
class VersionLine:
    """One version of the model."""

    number: str
    date: str
    state: str
    tone: str
    labels: str
    agreement: str
    by: str


@dataclass(frozen=True)
class TrainingPart:
    """A training under way, asked for again until it is over; `value` None: it waits for its turn."""

    slug: str
    question: str
    label: str
    value: int | None
    total: int
    polls: bool


@dataclass(frozen=True)
class TrainingShown:
    """The part alone."""

    training: TrainingPart | None


@dataclass(frozen=True)
class ModelPage:
    """The page. `finding` is empty where there is no model yet; then `missing` says what it needs."""

    slug: str
    title: str
    asked: str
    question: str
    questions: tuple[tuple[str, str], ...]
    finding: str
    basis: str
    beside: str
    notes: tuple[str, ...]
    figures: tuple[FigureView, ...]
    terms: tuple[TermList, ...]
    terms_note: str
    facts: tuple[TermList, ...]
    facts_note: str
    card: str
    versions: tuple[VersionLine, ...]
    missing: tuple[str, ...]
    training: TrainingPart | None
    may_train: bool
    rule: str
    computed: str
    download: str


@dataclass(frozen=True)
class ModelShown:
    """All that was read for the page. `supply` is None where a model is there and nobody may train another."""

    campaign: Campaign
    version: Version
    asked: Asked
    modelled: frozenset[str]
    model: Model | None
    versions: Sequence[Model]
    supply: Supply | None
    training: tuple[Model, Job | None] | None
    may_train: bool


def model_page(request: Request, shown: ModelShown) -> ModelPage:
    """Put the page together."""
    model, slug, wording = shown.model, shown.campaign.slug, _wording(shown)
    report: dict[str, Any] = model.report if model else {}
    words = class_words(shown.version, shown.asked)
    offered = shown.supply if shown.may_train or model is None else None
    return ModelPage(
        slug=slug,
        title=in_language(shown.campaign.title, current_locale()),
        asked=shown.asked.key,
        question=_question_words(wording, shown.asked),
        questions=tuple(_questions(shown, wording)),
        finding=finding_of(report) if model else "",
        basis=basis_of(report) if model else "",
        beside=beside_of(report, words) if model else "",
        notes=tuple(notes_of(report, words)) if model else (),
        figures=tuple(figures_of_model(report, words, wording.source)) if model else (),
        terms=tuple(terms_of(report, words, str)) if model else (),
        terms_note=_(
            "Words that at least %(count)s advertisers use, by how much a text that said nothing else would speak for the answer, each "
            "with the number of labelled ads that hold it. They show what the model goes by, not what the ads mean."
        )
        % {"count": ADVERTISERS_OF_TERM},
        facts=tuple(terms_of(report, words, fact_words, "facts")) if model else (),
        facts_note=_(
            "What libraries state beside the text, by how much it speaks for the answer, each with the number of labelled ads of which "
            "it holds. None says who speaks: the model knows no page, no sponsor and no address."
        ),
        card=_card(model) if model else "",
        versions=tuple(_version(each) for each in shown.versions),
        missing=tuple(missing_words(offered, words)) if offered and not offered.enough else (),
        training=training_part(slug, shown.asked.key, shown.training),
        may_train=shown.may_train,
        rule=_(
            "A new version is trained by itself once there are %(grown)s more labels than the last one had, and at least %(count)s more."
        )
        % {"grown": fmt.percent(GROWN - 1), "count": GROWN_BY},
        computed=wording.source,
        download=path_for(request, "ads_api_model", slug=slug, query={"question": shown.asked.key}),
    )


def training_part(slug: str, question: str, training: tuple[Model, Job | None] | None) -> TrainingPart | None:
    """Show how far a training is."""
    if training is None:
        return None
    model, job = training
    waits = job is not None and job.state == JobState.QUEUED.value
    return TrainingPart(
        slug=slug,
        question=question,
        label=_("Version %(number)s: %(what)s")
        % {
            "number": model.version,
            "what": _("waiting for its turn") if waits else (job.note if job else "") or _("in training"),
        },
        value=job.done if job and job.total else None,
        total=(job.total if job else None) or 1,
        polls=job is None or job.state != JobState.PAUSED.value,
    )


def _wording(shown: ModelShown) -> Wording:
    model = shown.model
    if model is None:
        return Wording(shown.version.content, "")
    source = _(
        "Version %(version)s, trained on %(when)s on %(count)s labelled ads of %(advertisers)s advertisers."
    )
    told = {
        "version": model.version,
        "when": fmt.datetime(datetime.fromisoformat(model.report["trained_at"])),
        "count": fmt.number(model.report["rows"]),
        "advertisers": fmt.number(model.report["advertisers"]),
    }
    return Wording(shown.version.content, source % told)


def _question_words(wording: Wording, asked: Asked) -> str:
    question = wording.of_question(asked)
    return f"{question} {wording.of_option(asked)}" if asked.option else question


def _questions(shown: ModelShown, wording: Wording) -> Iterator[tuple[str, str]]:
    """The questions that can be chosen: those with a model and the first one; for those who train, all."""
    main = shown.version.content.main.key
    for key, asked in shown.version.asked.items():
        if key in shown.modelled or key in {main, shown.asked.key} or shown.may_train:
            yield key, _question_words(wording, asked)


def _card(model: Model) -> str:
    """The card as HTML; its tables look like the house's."""
    return to_html(model.card, below=3).replace("<table>", '<table class="table table-dense">')


def _version(model: Model) -> VersionLine:
    states = {"training": _("in training"), "ready": _("ready"), "failed": _("not finished")}
    agreement = model.report.get("agreement")
    failed = str(model.report.get("failed", ""))
    return VersionLine(
        number=fmt.number(model.version),
        date=fmt.datetime(model.at),
        state=states.get(model.state, model.state) + (f": {failed}" if failed else ""),
        tone=STATES.get(model.state, "quiet"),
        labels=fmt.number(model.report.get("labelled", 0)),
        agreement=percent_range(agreement) if agreement else "–",
        by=model.by_name or _("by itself"),
    )
