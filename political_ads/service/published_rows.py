"""Rows of the open data, made from what is stored."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from sqlalchemy.orm import Session

from political_ads.core.export.pseudonyms import pseudonym
from political_ads.core.export.rows import AnswerRow, CreativeRow, LabelRow, Row, marked_words
from political_ads.core.export.transparency import PublishedAd, transparency_record
from political_ads.core.questionnaires import Asked
from political_ads.core.spans import spans_of
from political_ads.models import Ad, Answer, Campaign, Creative, Item, Label, QuestionnaireVersion
from political_ads.queries.published import ad_parts, answers_in, item_parts, labels_in
from political_ads.queries.questionnaires import Version


def label_row(campaign: Campaign, version: Version, item: Item, label: Label, text: str) -> LabelRow:
    """Return a label as it is published; `text`: the creative's, in which words may be marked."""
    asked = version.asked.get(label.question) or _former(label.question)
    return LabelRow(
        campaign=campaign.slug,
        creative_id=item.creative_id,
        question=asked.question,
        option=asked.option,
        label=label.label,
        confidence=round(label.confidence, 6) if label.label else None,
        entropy=round(label.entropy, 6),
        answers=sum(label.votes.values()),
        votes=_json(label.votes),
        posterior=_json(label.posterior),
        spans=marked_words(spans_of(label.spans, text), text),
        soft=asked.soft,
        state=item.state,
        disputed=item.disputed,
        random_set=item.sampled,
        method=label.method,
        updated_at=label.updated_at.isoformat(),
    )


def label_rows(session: Session, campaign: Campaign, version: Version) -> Iterator[list[Row]]:
    """Yield all labels of a campaign, part by part."""
    for part in item_parts(session, campaign):
        labels = labels_in(session, [item.id for item, _creative, _ad in part])
        yield [
            label_row(campaign, version, item, label, creative.text)
            for item, creative, _ad in part
            for label in labels[item.id]
        ]


def answer_rows(session: Session, campaign: Campaign, key: bytes) -> Iterator[list[Row]]:
    """Yield all answers of a campaign, one row a question, under the pseudonyms of a key."""
    names: dict[int, str] = {}
    for part in item_parts(session, campaign):
        creatives = {item.id: item.creative_id for item, _creative, _ad in part}
        answers = answers_in(session, list(creatives))
        yield [
            row
            for item_id, given in answers.items()
            for answer in given
            for row in _answer(session, campaign, answer, creatives[item_id], key, names)
        ]


def creative_rows(session: Session, campaign: Campaign) -> Iterator[list[Row]]:
    """Yield all creatives of a campaign."""
    for part in item_parts(session, campaign):
        yield [creative_row(campaign, item, creative, ad) for item, creative, ad in part]


def creative_row(campaign: Campaign, item: Item, creative: Creative, ad: Ad | None) -> CreativeRow:
    """Return a creative as it is published."""
    return CreativeRow(
        campaign=campaign.slug,
        creative_id=creative.id,
        language=creative.language,
        page_name=creative.page_name,
        paid_for_by=ad.paid_for_by if ad else "",
        title=creative.title,
        text=creative.text,
        library_url=ad.library_url if ad else "",
        platform=ad.platform if ad else "",
        ads=creative.ads,
        pages=creative.pages,
        currency=creative.currency,
        spend_low=creative.spend_low,
        spend_high=creative.spend_high,
        impressions_low=creative.impressions_low,
        impressions_high=creative.impressions_high,
        started_at=_time(creative.started_at),
        ended_at=_time(creative.ended_at),
        state=item.state,
        answers=item.answers,
        disputed=item.disputed,
        random_set=item.sampled,
    )


def ad_records(session: Session, campaign: Campaign) -> Iterator[list[dict[str, Any]]]:
    """Yield the ads of a campaign's creatives in the transparency data standard."""
    record = partial(_published, campaign)
    for part in ad_parts(session, campaign):
        yield [transparency_record(record(ad)) for ad in part]


def _published(campaign: Campaign, ad: Ad) -> PublishedAd:
    return PublishedAd(
        external_id=ad.external_id,
        platform=ad.platform,
        page_id=ad.page_id,
        page_name=ad.page_name,
        paid_for_by=ad.paid_for_by,
        texts=(ad.text, ad.title, ad.description),
        library_url=ad.library_url,
        landing_url=ad.landing_url,
        image_url=ad.image_url,
        group=f"{campaign.slug}-{ad.creative_id}",
        started_at=ad.started_at,
        ended_at=ad.ended_at,
        created_at=None,
        currency=ad.currency,
        spend=(ad.spend_low, ad.spend_high),
        impressions=(ad.impressions_low, ad.impressions_high),
        reach=ad.reach,
        targeting=ad.targeting,
        countries=ad.countries,
        provider={"source": ad.source, "campaign": campaign.slug, "creative_id": ad.creative_id},
    )


def _answer(
    session: Session,
    campaign: Campaign,
    answer: Answer,
    creative_id: int,
    key: bytes,
    names: dict[int, str],
) -> Iterator[AnswerRow]:
    if answer.questionnaire_id not in names:
        stored = session.get_one(QuestionnaireVersion, answer.questionnaire_id)
        names[answer.questionnaire_id] = f"{stored.key} {stored.version}"
    said = dict(answer.answers)
    if answer.flag and not said:
        said = {"flag": answer.flag}  # the creative could not be labelled
    for question, value in said.items():
        yield AnswerRow(
            campaign=campaign.slug,
            contributor=pseudonym(answer.contributor_id, key),
            creative_id=creative_id,
            questionnaire=names[answer.questionnaire_id],
            question=question,
            value=value_words(value),
            marked=_marked(answer, value),
            counted=answer.counted,
            drawn=answer.drawn,
            seconds=float(round(answer.seconds)),
            day=answer.at.date().isoformat(),
        )


def _marked(answer: Answer, value: Any) -> str:
    """Return the places that were marked for the options chosen in one question; empty where none asked for any."""
    chosen = value if isinstance(value, list) else [value]
    places = [mark for mark in answer.highlights if mark["option"] in chosen]
    return _json(places) if places else ""


def value_words(value: Any) -> str:
    """Return a stored answer as one cell."""
    if isinstance(value, list):
        plain = all(isinstance(part, str) for part in value)
        return "|".join(value) if plain else _json(value)
    return str(value)


def _former(question: str) -> Asked:
    """Return a question that the campaign's present questionnaire does not hold any more."""
    name, _dot, option = question.partition(".")
    return Asked(question, name, option, ())


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _time(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
