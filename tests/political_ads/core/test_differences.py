"""What changed between two versions of a questionnaire, and whose answers still add up."""

from political_ads.core.questionnaires.differences import differences, still_counted
from political_ads.sources.shipped import questionnaires
from tests.political_ads.making import FLAGS, MAIN, PURPOSE, question, questionnaire


def test_the_same_says_nothing() -> None:
    for shipped in questionnaires().values():
        assert differences(shipped, shipped) == []
        kept, lost = still_counted(shipped, shipped)
        assert kept
        assert not lost


def test_questions_and_answers_that_came_and_went_are_named() -> None:
    before = questionnaire(PURPOSE, FLAGS)
    after = questionnaire(question("purpose", "multiple", "donate", "vote", "buy"), options=("actor", "no"))
    said = {change.text: change.breaks for change in differences(before, after)}
    assert said == {
        "“political”: answer removed: “issue”.": True,
        "“purpose”: answer added: “buy”.": False,
        "Question removed: “flags”.": True,
    }
    kept, lost = still_counted(before, after)
    assert kept == {"purpose.donate", "purpose.vote"}
    assert lost == {MAIN, "flags.misleading", "flags.foreign"}


def test_an_answer_added_to_a_single_question_breaks_and_words_do_not() -> None:
    before, after = questionnaire(), questionnaire(options=("actor", "issue", "no", "maybe"))
    assert [change.breaks for change in differences(before, after)] == [True]
    reworded = before.model_copy(update={"title": {"en": "Another title"}})
    assert [(change.breaks, change.text) for change in differences(before, reworded)] == [
        (False, "The title is worded differently.")
    ]
