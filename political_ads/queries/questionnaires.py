"""Versions of questionnaires as shapes, kept in memory: a version never changes, and every answer needs one."""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from political_ads.core.questionnaires import Asked, classes_of
from political_ads.models import QuestionnaireVersion
from political_ads.schemas import Questionnaire

MOST_KEPT = 64


@dataclass(frozen=True)
class Version:
    """A version of a questionnaire with what is computed from it alone."""

    key: str
    content: Questionnaire

    @cached_property
    def asked(self) -> dict[str, Asked]:
        """Every (sub-)question that is aggregated, by its name."""
        return classes_of(self.content)


_kept: dict[str, Version] = {}  # by the content's digest, so that two databases cannot be mixed up


def version_of(session: Session, questionnaire_id: int) -> Version | None:
    """Return a version; None where there is none of that number. Parsing one takes ten times what an answer does."""
    columns = select(QuestionnaireVersion.key, QuestionnaireVersion.digest)
    found = session.execute(columns.where(QuestionnaireVersion.id == questionnaire_id)).first()
    if found is None:
        return None
    if found.digest not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        content = session.get_one(QuestionnaireVersion, questionnaire_id).content
        _kept[found.digest] = Version(found.key, Questionnaire.model_validate(content))
    return _kept[found.digest]
