"""Questionnaires are data: read, checked, asked, validated, and turned into votes."""

from political_ads.core.questionnaires.answering import applicable, kept_highlights, validate_answer
from political_ads.core.questionnaires.checking import Flaw, check
from political_ads.core.questionnaires.keys import CANNOT_TELL_KEY, MOST_ANSWERS, keys_for
from political_ads.core.questionnaires.reading import digest, read_questionnaire, to_yaml
from political_ads.core.questionnaires.stored import from_stored, to_stored
from political_ads.core.questionnaires.votes import Asked, classes_of, name_of, votes_of

__all__ = [
    "CANNOT_TELL_KEY",
    "MOST_ANSWERS",
    "Asked",
    "Flaw",
    "applicable",
    "check",
    "classes_of",
    "digest",
    "from_stored",
    "kept_highlights",
    "keys_for",
    "name_of",
    "read_questionnaire",
    "to_stored",
    "to_yaml",
    "validate_answer",
    "votes_of",
]
