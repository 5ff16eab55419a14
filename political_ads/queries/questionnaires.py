"""Versions of questionnaires as shapes, kept in memory: a version never changes, and every answer needs one."""

from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from political_ads.core.questionnaires import Asked, classes_of
from political_ads.models import QuestionnaireVersion
from political_ads.schemas import Questionnaire


@dataclass(frozen=True)
class Version:
    """A version of a questionnaire with what is computed from it alone."""

    key: str
    content: Questionnaire

    @cached_property
    def asked(self) -> dict[str, Asked]:
        """Every (sub-)question that is aggregated, by its name."""
        return classes_of(self.content)


_kept: WeakKeyDictionary[Engine | Connection, dict[int, Version]] = WeakKeyDictionary()


def version_of(session: Session, questionnaire_id: int) -> Version | None:
    """Return a version; None where there is none of that number. Read once for each database: parsing takes what an answer does."""
    kept = _kept.setdefault(session.get_bind(), {})
    if questionnaire_id not in kept:
        found = session.get(QuestionnaireVersion, questionnaire_id)
        if found is None:
            return None
        kept[questionnaire_id] = Version(found.key, Questionnaire.model_validate(found.content))
    return kept[questionnaire_id]
