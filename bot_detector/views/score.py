"""What an account's page shows: the likelihood first, then why, then what it rests on."""

from dataclasses import dataclass
from datetime import datetime

from bot_detector.core.facts import gather_facts
from bot_detector.models import Batch, StoredScore
from bot_detector.schemas import Score
from bot_detector.service import Detector, observation_frame
from bot_detector.views.batches import batch_name
from bot_detector.views.whatif import Supposition, suppositions, turns_of
from bot_detector.views.why import Row, Told, Why, rows_by_group, told, why
from bot_detector.views.words import (
    FORMATS,
    account_name,
    interval,
    likelihood,
    percent_value,
    platform_name,
    share,
)
from bot_detector.wording import caveat_sentences, group_words, score_sentence, verdict_meaning, verdict_words
from common.i18n import N_
from common.i18n import gettext as _
from common.web.charts import Gauge, gauge
from common.web.forms import Form

CONTEXT = {
    "verified": N_("Verified"),
    "protected": N_("Protected"),
    "default_profile": N_("Default profile"),
    "default_profile_image": N_("Default picture"),
    "declared_bot": N_("Says itself that it is automated"),
    "language": N_("Language"),
    "location": N_("Location"),
    "url": N_("Link"),
}


@dataclass(frozen=True)
class Headline:
    """What is read first."""

    name: str
    display_name: str
    platform: str
    description: str
    verdict: str
    verdict_word: str
    meaning: str
    likelihood: str
    interval: str
    prevalence: str
    sentence: str
    precision: str


@dataclass(frozen=True)
class ScorePage:
    """One account's score at one prevalence. `form` holds the prevalence that was typed, and why it cannot be used."""

    stored: StoredScore
    batch: Batch
    batch_name: str
    score: Score
    headline: Headline
    gauge: Gauge | None
    why: Why | None
    speaks_for: list[Told]
    speaks_against: list[Told]
    groups: list[tuple[str, list[Row]]]
    missing: list[str]
    caveats: list[str]
    suppositions: list[Supposition]
    context: list[tuple[str, str | None]]
    provenance: list[tuple[str, str]]
    others: list[tuple[str, str, str]]
    form: Form
    percent: str
    default_prevalence: str
    model_differs: bool
    error_level: str


def score_page(
    stored: StoredScore,
    batch: Batch,
    score: Score,
    detector: Detector,
    *,
    others: list[tuple[str, str, str]],
    form: Form,
) -> ScorePage:
    """Put an account's page together."""
    return ScorePage(
        stored=stored,
        batch=batch,
        batch_name=batch_name(batch),
        score=score,
        headline=_headline(stored, score),
        gauge=_gauge(stored, score, detector),
        why=why(score),
        speaks_for=told(score, automated=True),
        speaks_against=told(score, automated=False),
        groups=rows_by_group(score, detector.model.artefact),
        missing=[group_words(group).lower() for group in score.missing],
        caveats=caveat_sentences(score),
        suppositions=suppositions(score),
        context=[(_(label), _context(stored.observation.get(name))) for name, label in CONTEXT.items()],
        provenance=_provenance(stored, batch, score),
        others=others,
        form=form,
        percent=percent_value(score.prevalence),
        default_prevalence=share(detector.default_prevalence),
        model_differs=stored.model_version != score.model_version,
        error_level=share(score.error_level),
    )


def _headline(stored: StoredScore, score: Score) -> Headline:
    return Headline(
        name=account_name(stored),
        display_name=str(stored.observation.get("display_name") or ""),
        platform=platform_name(stored.platform),
        description=str(stored.observation.get("description") or ""),
        verdict=score.verdict.value,
        verdict_word=verdict_words(score.verdict),
        meaning=verdict_meaning(score.verdict),
        likelihood=likelihood(score.probability),
        interval=interval(score.low, score.high),
        prevalence=share(score.prevalence),
        sentence=score_sentence(score),
        precision=likelihood(score.precision_above) if score.precision_above is not None else "",
    )


def _gauge(stored: StoredScore, score: Score, detector: Detector) -> Gauge | None:
    if score.probability is None or score.low is None or score.high is None:
        return None
    table = detector.model.artefact.calibration
    facts = gather_facts(observation_frame([stored]), detector.model)
    turns = turns_of(
        table, prevalence=score.prevalence, unusual=score.out_of_distribution, gaps=bool(facts.gaps[0])
    )
    return gauge(
        score.probability,
        (score.low, score.high),
        words=FORMATS.percent,
        thresholds=turns.thresholds,
        zones=turns.zones,
    )


def _context(value: object) -> str | None:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if value not in (None, "") else None


def _provenance(stored: StoredScore, batch: Batch, score: Score) -> list[tuple[str, str]]:
    never = _("kept until it is deleted by hand")
    return [
        (_("Observed"), FORMATS.datetime(stored.observed_at) if stored.observed_at else _("not stated")),
        (_("Created"), _moment(stored.observation.get("created_at"))),
        (_("Scored"), FORMATS.datetime(stored.created_at)),
        (_("Kept until"), FORMATS.datetime(batch.expires_at) if batch.expires_at else never),
        (_("Model"), score.model_version),
        (_("Account id"), stored.account_id),
        (_("Fingerprint of the observation (SHA-256)"), stored.input_hash),
    ]


def _moment(text: object) -> str:
    return FORMATS.datetime(datetime.fromisoformat(text)) if isinstance(text, str) else _("not stated")
