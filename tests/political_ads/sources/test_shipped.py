"""What ships with the tool is whole, bilingual, valid and invented."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations

import pytest

from political_ads.core.questionnaires import check, digest, read_questionnaire, to_yaml, validate_answer
from political_ads.core.similarity import jaccard, normalise, same_text, shingles
from political_ads.schemas import CANNOT_TELL, LANGUAGES, AdRecord, Option, QuestionKind
from political_ads.sources.shipped import (
    DEFAULT,
    DemoGold,
    demo_ads,
    demo_gold,
    demo_truth,
    questionnaires,
)

SHIPPED = questionnaires()
TRUTH = demo_truth()
DEFAULT_OPTIONS = {
    "political": "actor issue no",
    "sponsor": "named absent differs",
    "sponsor_kind": "association company individual media party professional public_body other",
    "purpose": "donate vote petition data event buy learn persuade",
    "tone": "promote attack contrast none",
    "flags": "misleading new_controversial imitates_news foreign voting_procedure",
}


@cache
def ads() -> dict[str, AdRecord]:
    return {ad.external_id: ad for ad in demo_ads()}


def options(key: str) -> Iterator[Option]:
    return (option for question in SHIPPED[key].questions for option in question.options)


# Questionnaires


@pytest.mark.parametrize("key", SHIPPED)
def test_each_questionnaire_is_whole_and_in_both_languages(key: str) -> None:
    shipped = SHIPPED[key]
    assert check(shipped) == []
    assert set(shipped.title) == set(LANGUAGES) == set(shipped.intro) == set(shipped.guidelines)
    assert read_questionnaire(to_yaml(shipped)) == shipped
    assert digest(read_questionnaire(to_yaml(shipped))) == digest(shipped)


@pytest.mark.parametrize("key", SHIPPED)
def test_each_answer_has_help_and_an_example_that_fits(key: str) -> None:
    for option in options(key):
        assert set(option.help) == set(LANGUAGES), option.key
        assert any(example.fits for example in option.examples), option.key


@pytest.mark.parametrize("key", SHIPPED)
def test_the_two_languages_are_not_the_same_text(key: str) -> None:
    pairs = [question.text for question in SHIPPED[key].questions] + [option.help for option in options(key)]
    same = [words["en"] for words in pairs if words["en"] == words["fr"]]
    assert all(re.fullmatch(r"Article L\.\s[\d-]+\.", text) for text in same)  # an article's number


@pytest.mark.parametrize("key", SHIPPED)
def test_french_is_set_as_french(key: str) -> None:
    assert not re.search(r" [;:!?»%]|« ", to_yaml(SHIPPED[key]).replace("\n", " ").replace(": ", ""))


@pytest.mark.parametrize("key", SHIPPED)
def test_no_verdict_in_any_text(key: str) -> None:
    text = to_yaml(SHIPPED[key]).casefold()
    assert not re.search(r"\b(illegal|unlawful|illégale?s?|fake|infraction|delit|délit)\b", text)


def test_the_default_is_the_first_and_asks_what_it_must() -> None:
    default = next(iter(SHIPPED.values()))
    assert default.key == DEFAULT
    found = {
        question.key: " ".join(option.key for option in question.options) for question in default.questions
    }
    assert found.keys() == {*DEFAULT_OPTIONS, "topics"}
    assert DEFAULT_OPTIONS.items() <= found.items()
    assert [question.key for question in default.questions if question.required] == ["political"]
    assert {option.key for option in options(DEFAULT) if option.highlight} == {"misleading"}
    assert {"misleading", "new_controversial", "foreign"} == {
        option.key for option in options(DEFAULT) if option.soft
    }


def test_law_is_asked_apart_of_reviewers_with_its_articles() -> None:
    packs = {shipped.country: shipped for shipped in SHIPPED.values() if shipped.reviewers_only}
    assert set(packs) == {"EU", "FR"}
    for pack in packs.values():
        assert "article" in pack.source
        assert [option.key for option in pack.main.options] == ["needs_look", "no_look"]
        assert all(option.soft for option in pack.main.options)


# Demonstration


def test_the_ads_are_many_in_both_languages_and_of_this_project() -> None:
    languages = Counter(ad.language for ad in ads().values())
    assert sum(languages.values()) >= 120
    assert set(languages) == set(LANGUAGES)
    assert min(languages.values()) > 0.4 * sum(languages.values())
    assert {ad.source for ad in ads().values()} == {"demonstration"}


def test_each_ad_is_named_once() -> None:
    assert max(Counter(ad.external_id for ad in demo_ads()).values()) == 1


def test_every_address_is_reserved_for_examples() -> None:
    """RFC 2606 keeps example.org and its like for nobody."""
    found = [host for ad in ads().values() for host in _hosts(ad)]
    assert found
    assert all(host.endswith(("example.org", "example.com", "example.net")) for host in found)


def test_numbers_and_dates_are_plausible() -> None:
    for ad in ads().values():
        assert ad.started_at
        assert ad.ended_at
        assert ad.started_at < ad.ended_at
        assert ad.started_at.year == ad.ended_at.year == 2026
        assert (ad.spend_low or 0) < (ad.spend_high or 0)
        assert (ad.impressions_low or 0) < (ad.impressions_high or 0)
        for shares in (ad.demographics, ad.regions):
            assert sum(share.share or 0 for share in shares) == pytest.approx(1, abs=1e-3)


def test_the_truth_is_a_valid_answer_to_each_creative() -> None:
    assert 80 <= len(TRUTH) <= len(ads())
    for key, entry in TRUTH.items():
        text = ads()[key].text
        marked = entry.highlights(text)
        kept = validate_answer(SHIPPED[DEFAULT], entry.answers, marked, text_length=len(text))
        assert kept == entry.answers
        assert len(marked) == len(entry.marked)
        assert ("misleading" in kept["flags"]) == bool(marked)  # type: ignore[operator]  # flags is a tuple


def test_every_ad_belongs_to_a_creative_with_truth() -> None:
    creatives = {key.rsplit("-", 1)[0] for key in TRUTH}
    assert {key.rsplit("-", 1)[0] for key in ads()} == creatives


def test_ads_are_grouped_as_the_truth_groups_them() -> None:
    names = [key.rsplit("-", 1)[0] for key in ads()]
    words = [normalise(ad.text) for ad in ads().values()]
    cut = shingles(words)
    parts = [frozenset(cut.of(number)) for number in range(len(words))]
    for one, other in combinations(range(len(words)), 2):
        alike = words[one] == words[other] or same_text(
            words[one], words[other], jaccard(parts[one], parts[other])
        )
        assert alike == (names[one] == names[other]), (names[one], names[other])


def test_what_the_truth_says_of_the_sponsor_can_be_seen() -> None:
    for key, entry in TRUTH.items():
        if "sponsor" in entry.answers:
            assert (entry.answers["sponsor"] == "absent") == (not ads()[key].paid_for_by), key


def test_the_truth_covers_every_answer_near_and_far_from_the_line() -> None:
    truth = TRUTH.values()
    political = Counter(entry.answers["political"] for entry in truth)
    assert min(political[key] for key in ("actor", "issue", "no")) >= 15
    assert sum("political" in entry.also for entry in truth) >= 15
    flags = {flag for entry in truth for flag in entry.answers["flags"]}  # type: ignore[union-attr]  # a tuple
    assert flags == {option.key for option in SHIPPED[DEFAULT].questions[-1].options}


# Gold


@pytest.mark.parametrize("gold", demo_gold(), ids=lambda gold: gold.ad)
def test_gold_is_right_and_explained(gold: DemoGold) -> None:
    entry = TRUTH[gold.ad]
    assert set(gold.why) == set(LANGUAGES)
    assert all(gold.why.values())
    assert "political" in gold.right
    for key, right in gold.right.items():
        question = SHIPPED[DEFAULT].question(key)
        assert question
        assert question.kind is QuestionKind.SINGLE
        assert all(option == CANNOT_TELL or question.option(option) for option in right)
        assert entry.answers[key] in right


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_enough_gold_to_learn_on(language: str) -> None:
    used = Counter(gold.used for gold in demo_gold() if ads()[gold.ad].language == language)
    assert used["example"] == 4
    assert used["quiz"] == 8
    assert used["stream"] >= 6
    assert sum(used.values()) < 0.5 * sum(ads()[key].language == language for key in TRUTH)
    examples = [
        gold for gold in demo_gold() if gold.used == "example" and ads()[gold.ad].language == language
    ]
    assert {right for gold in examples for right in gold.right["political"]} == {"actor", "issue", "no"}


def _hosts(ad: AdRecord) -> list[str]:
    written = " ".join((ad.text, ad.landing_url, ad.library_url, ad.image_url))
    return [*re.findall(r"https?://([^/\s?]+)", written), ad.link_caption]
