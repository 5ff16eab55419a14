import pytest

from bot_detector import wording
from bot_detector.core.facts import CAVEATS
from bot_detector.core.features import FEATURES
from bot_detector.core.model import Model
from bot_detector.core.scoring import load_model, score_accounts
from bot_detector.schemas import Reason, Verdict
from tests.bot_detector.core.accounts import frame_of, one


@pytest.fixture(scope="module")
def shipped() -> Model:
    return load_model()


def reason(feature: str, value: float | None, percentile: float | None = None) -> Reason:
    return Reason(feature=feature, group="audience", value=value, contribution=0.4, percentile=percentile)


def test_every_feature_caveat_and_verdict_has_words(shipped: Model) -> None:
    for score in score_accounts(one(), shipped):
        sentences = [wording.reason_sentence(each) for each in score.reasons]
        assert len(set(sentences)) == len(FEATURES)
        assert all(sentence.endswith(".") and "{" not in sentence for sentence in sentences)
    assert set(wording.CAVEATS) == set(CAVEATS)
    assert set(wording.VERDICTS) == set(Verdict) == set(wording.VERDICT_MEANINGS)


def test_a_reason_says_value_and_rank() -> None:
    sentence = wording.reason_sentence(reason("log_followers", 12.0, 7.2))
    assert sentence == "Has 12 followers; that is less than 93% of the reference humans."


def test_missing_and_yes_or_no_values() -> None:
    assert wording.reason_sentence(reason("log_followers", None)) == "Followers: not known."
    assert "yes" in wording.reason_sentence(reason("automation_in_handle", 1.0, 99.0))


def test_a_score_without_data_says_so(shipped: Model) -> None:
    score = score_accounts(frame_of([{"platform": "x", "account_id": "1"}]), shipped)[0]
    assert wording.score_sentence(score) == "Too little is known of this account for a score."
    assert len(wording.caveat_sentences(score)) == len(score.caveats)


def test_no_sentence_calls_an_account_a_bot() -> None:
    said = [*wording.VERDICTS.values(), *wording.VERDICT_MEANINGS.values(), *wording.CAVEATS.values()]
    assert not any(word in sentence.lower() for sentence in said for word in ("bot", "fake"))
