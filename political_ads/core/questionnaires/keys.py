"""Which key gives which answer."""

from political_ads.schemas import CANNOT_TELL, Question, QuestionKind

CANNOT_TELL_KEY = "0"  # beside the digits, and the same in every language

# Left to the page: c comment, f flag, h help, j and k lists, m mark, n and p next and previous, s skip, u undo, / and ?.
_LETTERS = "abdegiloqrtvwxyz"
_ANSWER_KEYS = "123456789" + _LETTERS

MOST_ANSWERS = len(_ANSWER_KEYS)


def keys_for(question: Question) -> dict[str, str]:
    """Return answer → key, in the order of the answers: 1 to 9, then letters that the page does not use; 0 is "cannot tell".

    A scale's answers are its steps, "1" to "9". The keys depend on the order of the options alone, so that the same
    questionnaire has the same keys for everybody. A span or a text is not answered by one key; "cannot tell" is.
    """
    if question.kind is QuestionKind.SCALE:
        answers = [str(step) for step in range(1, (question.steps or 0) + 1)]
    elif question.kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE}:
        answers = [option.key for option in question.options]
    else:
        answers = []
    keys = dict(
        zip(answers, _ANSWER_KEYS, strict=False)
    )  # `check` refuses questions with more answers than keys
    return {**keys, CANNOT_TELL: CANNOT_TELL_KEY}
