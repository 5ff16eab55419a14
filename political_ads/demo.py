"""The demonstration: ads, gold and questionnaires written for this project, and volunteers who exist nowhere.

The volunteers' answers are drawn by chance around the writer's own (`sources.shipped.demo_truth`), more closely for those who are
careful; they pass through the same doors as anybody's. Nothing about real people or real ads can be learnt from them, and the
campaign's page says so.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from common.accounts.actors import Actor, Role, operator
from common.manifest import DemoPeople
from common.web.services import Services
from political_ads.actions import imports
from political_ads.actions.campaigns import (
    CampaignForm,
    create_campaign,
    fill_campaign,
    keep_questionnaire,
    move_campaign,
)
from political_ads.actions.contributors import contributor_of, new_cookie, set_preferences
from political_ads.actions.gold import GoldForm, set_gold
from political_ads.actions.quiz import answer_quiz, note_learnt
from political_ads.actions.storing import keep_part
from political_ads.core.questionnaires import applicable
from political_ads.models import Campaign, Contributor
from political_ads.permissions import TOOL
from political_ads.queries.campaigns import (
    campaign_of,
    creatives_by_ad,
    progress_of,
    questionnaire_of,
    rules_of,
)
from political_ads.queries.contributors import quiz_of
from political_ads.schemas import (
    CANNOT_TELL,
    GivenAnswer,
    Highlight,
    Question,
    QuestionKind,
    Questionnaire,
    Value,
)
from political_ads.service.aggregating import aggregate_campaign
from political_ads.service.labelling import give_answers, next_tasks
from political_ads.sources import shipped
from political_ads.sources.readers import Part

SLUG = "demonstration"
SEED = 2019
SOURCE = "demonstration"
ANSWERED = 0.75  # of the further questions
DOUBT = 0.15  # how often somebody gives the other answer that a careful reader might
UNMARKED = 0.1  # how often somebody who makes a remark marks no words for it
SLIPS = 0.3  # how often a mark begins or ends some words elsewhere
VISITS = 36
DAYS = 12  # over which the volunteers worked
ENOUGH = 0.5  # of the creatives are done: the rest waits for whoever tries the demonstration
VISITOR = Actor(roles={TOOL: Role.GUEST})
VOLUNTEERS = (  # how often each says what the writer said, and the languages that they read
    (0.99, ("en", "fr")),
    (0.98, ("fr",)),
    (0.98, ("en",)),
    (0.97, ("en", "fr")),
    (0.97, ("fr",)),
    (0.96, ("en",)),
    (0.96, ("fr",)),
    (0.95, ("en", "fr")),
    (0.94, ("en",)),
    (0.93, ("fr",)),
    (0.92, ("en", "fr")),
    (0.90, ("fr",)),
    (0.88, ("en",)),
    (0.50, ("en", "fr")),  # somebody inattentive, so that the pages about quality have something to show
)
ABOUT = {
    "en": "**This is a demonstration.** Its ads, pages, parties and places are invented, and the answers that you see were drawn by "
    "chance around the author's own. Try it: learn in three minutes, label some ads, and look at what many answers add up to.",
    "fr": "**Ceci est une démonstration.** Les publicités, pages, partis et lieux sont inventés, et les réponses que vous voyez ont été "
    "tirées au sort autour de celles de l’auteur. Essayez : apprenez en trois minutes, étiquetez quelques publicités et regardez ce "
    "que donnent de nombreuses réponses.",
}
TITLE = {"en": "Political or not? A demonstration", "fr": "Politique ou non ? Une démonstration"}


@dataclass
class _Volunteer:
    contributor_id: int
    care: float
    hand: np.random.Generator  # that marks words


def fill(services: Services, people: DemoPeople) -> None:  # noqa: ARG001 - the manifest's form; its volunteers have no account
    """Take in the demonstration's ads, open a campaign, let volunteers answer, and add the answers up."""
    rng = np.random.default_rng(SEED)
    now = services.clock().replace(microsecond=0)
    began = now - timedelta(days=DAYS)
    with services.database.write() as session:
        _take_ads(session, at=began)
    with services.database.write() as session:
        _open_campaign(session, at=began, rng=rng)
    _label(services, rng, began, now)
    aggregate_campaign(services, operator(), SLUG)


def _take_ads(session: Session, *, at: datetime) -> None:
    given = imports.NewImport("ads.jsonl", SOURCE)
    record = imports.open_import(session, operator(), given, state="applying", at=at)
    ads = tuple(shipped.demo_ads())
    part = Part(ads, tuple(range(1, len(ads) + 1)), (), 0, 0)
    keep_part(session, operator(), record, part, at=at)
    imports.finish(session, operator(), record, at=at)


def _open_campaign(session: Session, *, at: datetime, rng: np.random.Generator) -> None:
    kept = {
        key: keep_questionnaire(session, operator(), each, at=at)
        for key, each in shipped.questionnaires().items()
    }
    form = CampaignForm(
        SLUG, TITLE, kept[shipped.DEFAULT].id, about=ABOUT, languages=("en", "fr"), licence="CC0-1.0"
    )
    campaign = create_campaign(session, operator(), form, at=at)
    fill_campaign(session, operator(), campaign, at=at, rng=rng)
    golds = shipped.demo_gold()
    creatives = creatives_by_ad(session, SOURCE, [gold.ad for gold in golds])
    for gold in golds:
        said = GoldForm(gold.used, gold.right, gold.why, gold.position)
        set_gold(session, operator(), campaign, creatives[gold.ad], said, at=at)
    move_campaign(session, operator(), campaign, "open", at=at)


def _label(services: Services, rng: np.random.Generator, began: datetime, now: datetime) -> None:
    """Let the volunteers come back in turn, a few creatives at a time, until enough of the campaign is done."""
    with services.database.write() as session:
        campaign = campaign_of(session, operator(), SLUG)
        questionnaire = questionnaire_of(session, campaign.questionnaire_id)
        truth = _truth_by_creative(session)
        volunteers = [_join(session, campaign, care, languages, at=began) for care, languages in VOLUNTEERS]

    for visit in range(VISITS):
        at = began + (now - began) * ((visit + 1) / (VISITS + 1))
        with services.database.write() as session:
            campaign = campaign_of(session, operator(), SLUG)
            progress = progress_of(session, campaign.id)
            if progress.done >= ENOUGH * progress.items:
                return
            volunteer = volunteers[visit % len(volunteers)]
            _work(session, campaign, questionnaire, volunteer, truth, at=at, rng=rng)


def _truth_by_creative(session: Session) -> Mapping[int, shipped.DemoTruth]:
    truth = shipped.demo_truth()
    return {creative: truth[ad] for ad, creative in creatives_by_ad(session, SOURCE, list(truth)).items()}


def _join(
    session: Session, campaign: Campaign, care: float, languages: tuple[str, ...], *, at: datetime
) -> _Volunteer:
    contributor = contributor_of(session, VISITOR, new_cookie(), at=at)
    set_preferences(session, VISITOR, contributor, languages=languages, country="")
    part = note_learnt(session, VISITOR, campaign, contributor, at=at)
    part.seed = part.id  # so that the demonstration is the same every time
    for gold in quiz_of(session, campaign.id, rules_of(campaign), languages=languages):
        right: dict[str, Value] = {question: options[0] for question, options in gold.right.items()}
        answer_quiz(session, VISITOR, campaign, contributor, gold.item_id, right, at=at)
    return _Volunteer(contributor.id, care, np.random.default_rng((SEED, contributor.id)))


def _work(
    session: Session,
    campaign: Campaign,
    questionnaire: Questionnaire,
    volunteer: _Volunteer,
    truth: Mapping[int, shipped.DemoTruth],
    *,
    at: datetime,
    rng: np.random.Generator,
) -> None:
    contributor = session.get_one(Contributor, volunteer.contributor_id)
    wanted = int(rng.integers(4, 9))
    tasks = next_tasks(session, VISITOR, campaign, contributor, at=at, rng=rng, wanted=wanted)
    given = []
    for task in tasks:
        known = truth[task.creative.id]
        said = _said(questionnaire, known, volunteer.care, rng)
        given.append(
            GivenAnswer(
                item_id=task.item_id,
                client_key=uuid.UUID(bytes=rng.bytes(16), version=4),
                answers=said,
                highlights=tuple(_marked(known, said, task.creative.text, volunteer)),
                seconds=float(rng.gamma(6.0, 2.5)) + 4.0,
            )
        )
    at += timedelta(seconds=sum(each.seconds for each in given))
    give_answers(session, VISITOR, campaign, contributor, given, at=at)


def _said(
    questionnaire: Questionnaire, truth: shipped.DemoTruth, care: float, rng: np.random.Generator
) -> dict[str, Value]:
    """Draw somebody's answers: the main question always, the further ones most of the time."""
    answers: dict[str, Value] = {}
    for question in questionnaire.questions:
        asked = question in applicable(questionnaire, answers)
        if asked and (question.required or rng.random() < ANSWERED):
            answers[question.key] = _one(question, truth, care, rng)
    return answers


def _one(question: Question, truth: shipped.DemoTruth, care: float, rng: np.random.Generator) -> Value:
    right, options = truth.answers.get(question.key), [option.key for option in question.options]
    if question.kind is QuestionKind.MULTIPLE:
        chosen = right if isinstance(right, tuple) else ()
        slip = (1 - care) / 3
        return tuple(key for key in options if rng.random() < (care if key in chosen else slip))
    if right is None or rng.random() > care:
        return str(rng.choice([*options, CANNOT_TELL]))
    others = truth.also.get(question.key, ())
    return str(rng.choice(others)) if others and rng.random() < DOUBT else right


def _marked(
    truth: shipped.DemoTruth, said: Mapping[str, Value], text: str, volunteer: _Volunteer
) -> Iterator[Highlight]:
    """Draw what somebody marks: the writer's words, now and then some words more or fewer, now and then nothing."""
    chosen = {key for value in said.values() if isinstance(value, tuple) for key in value}
    for mark in truth.highlights(text):
        if mark.option not in chosen or volunteer.hand.random() < UNMARKED:
            continue
        words = [(found.start(), found.end()) for found in re.finditer(r"\S+", text)]
        first = next(place for place, (_start, end) in enumerate(words) if end > mark.start)
        last = max(place for place, (start, _end) in enumerate(words) if start < mark.end)
        first = min(max(0, first + _slip(volunteer)), last)
        last = max(min(len(words) - 1, last + _slip(volunteer)), first)
        yield Highlight(start=words[first][0], end=words[last][1], option=mark.option)


def _slip(volunteer: _Volunteer) -> int:
    """Return by how many words somebody's mark begins or ends elsewhere, 0 as a rule."""
    return int(volunteer.hand.integers(-3, 4)) if volunteer.hand.random() < SLIPS else 0
