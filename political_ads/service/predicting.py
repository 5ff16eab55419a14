"""What trained models say: for readers and for programs. NumPy alone; models stay in memory once they are read."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Invalid, NotFound
from common.i18n import gettext as _
from common.web.services import Services
from political_ads.core.ad_words import text_of
from political_ads.core.classifier.artefact import ArtefactError
from political_ads.core.classifier.facts import facts_of, facts_of_text, statements
from political_ads.core.classifier.model import Explanation, explain, predict
from political_ads.core.classifier.model import Model as Trained
from political_ads.core.classifier.stated_ad import StatedAd
from political_ads.models import Campaign, Creative, Item, Model, Prediction
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.ad_facts import facts_of_creatives
from political_ads.queries.campaigns import campaign_of, campaigns
from political_ads.queries.creative_labels import CreativeLabel
from political_ads.queries.training import newest_model, prediction_of
from political_ads.schemas import Questionnaire
from political_ads.service.supplying import asked_question
from political_ads.sources.kept_models import FOLDER, KeptModels

KEPT = "political_ads.models"
MOST_KEPT = 4  # models in memory, 6 to 30 MB each
MOST_TEXTS = 1_000  # of one request
LONGEST_TEXT = 20_000  # characters; only the first 4,000 are read
TERMS = 8  # words and facts that explain one prediction


@dataclass(frozen=True)
class Said:
    """What the newest model of a campaign says of one creative, and why.

    `explanation`: the words and facts that speak most for the likeliest class and against it. `learned`: the model learned from this creative's own label, so that its guess says nothing about how good it is.
    """

    campaign: Campaign
    questionnaire: Questionnaire
    model: Model
    item: Item
    prediction: Prediction
    likeliest: str
    explanation: Explanation | None  # None: the model's file is gone
    learned: bool


def models_of(services: Services) -> KeptModels:
    """Return where models are kept."""
    return KeptModels(services.settings.data_dir / FOLDER)


def trained(services: Services, model: Model) -> Trained:
    """Return a model ready to predict. Raises `ArtefactError`."""
    kept: dict[str, Trained] = services.extras.setdefault(KEPT, {})
    key = f"{model.id} {model.artefact}"
    if key not in kept:
        while len(kept) >= MOST_KEPT:
            kept.pop(next(iter(kept)), None)
        kept[key] = models_of(services).read(model.artefact)
    return kept[key]


def ready_model(session: Session, actor: Actor, slug: str, question: str = "") -> tuple[Campaign, Model]:
    """Return the newest model of a campaign's question (none named: the first); no campaign named: of the newest campaign that has one.

    Raises `NotFound`.
    """
    chosen = [campaign_of(session, actor, slug)] if slug else campaigns(session, actor)
    for campaign in chosen:
        model = newest_model(session, campaign.id, asked_question(session, campaign, question)[1].key)
        if model:
            return campaign, model
    raise NotFound(_("No model has been trained for this yet."))


def reads_facts(model: Model) -> bool:
    """Say whether a model reads what is stated beside the words, or words alone."""
    return bool((model.report.get("beside") or {}).get("used"))


def classify(
    services: Services,
    session: Session,
    actor: Actor,
    texts: Sequence[str],
    *,
    slug: str,
    question: str,
    ads: Sequence[StatedAd] = (),
) -> tuple[Campaign, Model, list[dict[str, float]]]:
    """Return what a model says of some texts: class → probability of each.

    `ads`: what is stated beside each text, in the same order; none: nothing is known but the words. Raises `Invalid` for more than a
    thousand texts or another number of ads, `NotFound`.
    """
    PERMISSIONS.require(actor, Permission.READ_ALL)
    if len(texts) > MOST_TEXTS:
        raise Invalid(_("At most %(most)s texts can be classified at once.") % {"most": MOST_TEXTS})
    if ads and len(ads) != len(texts):
        raise Invalid(_("What is stated must be given for every text, or for none."))
    campaign, model = ready_model(session, actor, slug, question)
    try:
        known = trained(services, model)
    except ArtefactError as error:
        raise NotFound(_("The model's file is not on this machine any more. Train a new version.")) from error
    known_facts = map(facts_of, ads, texts) if ads else map(facts_of_text, texts)
    table = predict(known, texts, [statements(each) for each in known_facts])
    return campaign, model, [dict(zip(known.classes, row, strict=True)) for row in table.round(4).tolist()]


def predictions_for(
    services: Services, session: Session, actor: Actor, creative: Creative, labels: Sequence[CreativeLabel]
) -> list[Said]:
    """Return what models say of a creative, as far as the reader may know: never while volunteers are asked, but to members.

    `labels`: what `labels_of_creative` found; it leaves out what the reader may not see.
    """
    every = PERMISSIONS.allows(actor, Permission.READ_ALL)
    found = []
    for each in labels:
        model = newest_model(session, each.campaign.id, each.questionnaire.main.key)
        if model is None or not (each.finished or every):
            continue
        prediction = prediction_of(session, model.id, each.item.creative_id)
        if prediction is not None:
            found.append(_said(services, session, creative, each, model, prediction))
    return found


def _said(
    services: Services,
    session: Session,
    creative: Creative,
    label: CreativeLabel,
    model: Model,
    prediction: Prediction,
) -> Said:
    said = prediction.probabilities
    likeliest = max(said, key=lambda name: (said[name], name))
    try:
        text = text_of(creative.title, creative.text)
        stated = statements(facts_of_creatives(session, {creative.id: text})[creative.id])
        why = explain(trained(services, model), text, stated, of=likeliest, limit=TERMS)
    except ArtefactError:
        why = None
    learned = prediction.creative_id in models_of(services).creatives(model.artefact)
    return Said(
        label.campaign, label.questionnaire, model, label.item, prediction, likeliest, why, learned=learned
    )
