"""The names of (sub-)questions and of their classes, in the reader's language."""

from common.i18n import current_locale
from common.i18n import gettext as _
from political_ads.core.questionnaires import Asked
from political_ads.queries.questionnaires import Version
from political_ads.schemas import CANNOT_TELL, in_language


def question_words(version: Version, asked: Asked) -> str:
    """Name a (sub-)question in the reader's language."""
    question = version.content.question(asked.question)
    if question is None:
        return asked.key
    text, option = in_language(question.text, current_locale()), question.option(asked.option)
    return f"{text} {in_language(option.label, current_locale())}" if option else text


def class_words(version: Version, asked: Asked) -> tuple[str, ...]:
    """Name the answers of a (sub-)question in the reader's language."""
    fixed = {"no": _("no"), "yes": _("yes"), CANNOT_TELL: _("Cannot tell")}
    question = version.content.question(asked.question)
    words = []
    for key in asked.classes:
        option = question.option(key) if question and not asked.option else None
        words.append(in_language(option.label, current_locale()) if option else fixed.get(key, key))
    return tuple(words)
