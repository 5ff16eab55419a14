"""The shapes that cross the tool's doors: ads as read, questionnaires, campaigns and answers."""

from political_ads.schemas.ads import AdRecord, AdvertiserTotal, Refusal, Share
from political_ads.schemas.answers import CANNOT_TELL, Flag, GivenAnswer, Highlight, Value
from political_ads.schemas.campaigns import Audience, Mix, Query, Rules
from political_ads.schemas.questionnaires import (
    Condition,
    Example,
    Option,
    Question,
    QuestionKind,
    Questionnaire,
)
from political_ads.schemas.shape import LANGUAGES, Key, Shape, Words, in_language

__all__ = [
    "CANNOT_TELL",
    "LANGUAGES",
    "AdRecord",
    "AdvertiserTotal",
    "Audience",
    "Condition",
    "Example",
    "Flag",
    "GivenAnswer",
    "Highlight",
    "Key",
    "Mix",
    "Option",
    "Query",
    "Question",
    "QuestionKind",
    "Questionnaire",
    "Refusal",
    "Rules",
    "Shape",
    "Share",
    "Value",
    "Words",
    "in_language",
]
