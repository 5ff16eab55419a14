"""Facts beside an ad's words: closed lists, nobody's name, missing is a value, and a model that reads them only where they help."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_ads.core.classifier.artefact import EARLIER, ArtefactError, from_bytes, to_bytes
from political_ads.core.classifier.card import model_card
from political_ads.core.classifier.drift import drift
from political_ads.core.classifier.fact_kinds import button_kind, link_kind
from political_ads.core.classifier.facts import (
    NAMES,
    NOTHING_STATED,
    SCHEME,
    AdFacts,
    facts_of,
    facts_of_text,
    parted,
    statements,
    values_of,
)
from political_ads.core.classifier.model import Model, explain, predict, scores
from political_ads.core.classifier.training import Examples, train
from political_ads.core.model_report import facts_of as told_facts
from political_ads.schemas.ads import AdRecord
from tests.political_ads.core.written_ads import written

DAY = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = st.text(max_size=30)
BUTTONS = ("donate", "buy", "learn", "unknown")


def ad(**stated: object) -> AdRecord:
    return AdRecord.model_validate(
        {"source": "test", "platform": "facebook", "external_id": "1", "text": "Vote for the tram"} | stated
    )


def test_an_ads_facts_are_words_of_closed_lists() -> None:
    stated = ad(
        language="fr",
        call_to_action="DONATE_NOW",
        landing_url="https://www.change.org/p/tram",
        page_name="Friends of the Tram",
        paid_for_by="friends of  the tram",
        currency="EUR",
        spend_low=400,
        spend_high=499,
        impressions_low=50_000,
        started_at=DAY,
        ended_at=DAY.replace(day=6),
        targeting={"ages": "18 – 65+", "gender": "All", "places": ["Brumeval"]},
    )
    assert facts_of(stated, "Vote for the tram") == AdFacts(
        platform="facebook",
        language="fr",
        sponsor="page",
        button="donate",
        link="collects",
        length="1 to 9",
        spend="1e2",
        impressions="1e4",
        days="2 to 7",
        ages="no",
        gender="no",
        place="yes",
    )


def test_what_is_not_stated_is_unknown_and_a_value_of_its_own() -> None:
    known = {
        name: value
        for name, value in map(parted, statements(facts_of(ad(platform=""), "")))
        if value != "unknown"
    }
    assert known == {"length": "0"}
    assert facts_of_text("one two") == replace(NOTHING_STATED, length="1 to 9")
    assert facts_of(ad(spend_low=5, currency="RUB"), "").spend == "unknown"  # another kind of unit
    assert facts_of(ad(started_at=DAY), "").days == "open"
    assert facts_of(ad(targeting={"interests": "trams"}), "").ages == "no"
    assert facts_of(ad(paid_for_by="Somebody"), "").sponsor == "named"
    assert facts_of(ad(paid_for_by="Somebody", page_name="Other"), "").sponsor == "other"


@given(
    page=WORDS, payer=WORDS, domain=st.from_regex(r"[a-z]{3,12}", fullmatch=True), platform=WORDS, place=WORDS
)
def test_no_name_and_no_address_is_ever_among_them(
    page: str, payer: str, domain: str, platform: str, place: str
) -> None:
    told = ad(
        platform=platform,
        page_name=f"zq{page}",
        paid_for_by=f"zq{payer}",
        landing_url=f"https://zq{domain}.zq{domain}.org/zq",
        link_caption=f"zq{domain}.org",
        call_to_action=f"zq {page}",
        targeting={"places": [f"zq{place}"]},
    )
    found = statements(facts_of(told, "some words"))
    assert tuple(parted(each)[0] for each in found) == NAMES
    assert "zq" not in "".join(found)
    platforms = {
        "facebook",
        "instagram",
        "messenger",
        "google",
        "youtube",
        "snapchat",
        "tiktok",
        "x",
        "linkedin",
        "reddit",
    }
    assert parted(found[0])[1] in platforms | {"other", "unknown"}


@given(
    st.dictionaries(
        WORDS, st.one_of(WORDS, st.lists(WORDS, max_size=3), st.integers(), st.none()), max_size=4
    )
)
def test_whatever_targets_a_source_states_are_understood_or_left_alone(targeting: dict[str, object]) -> None:
    found = facts_of(ad(targeting=targeting), "")
    assert {found.ages, found.gender, found.place} <= {"yes", "no", "unknown"}
    assert (found.ages == "unknown") == (not targeting)


@pytest.mark.parametrize(
    ("ages", "narrowed"),
    [
        ("18-65+", "no"),
        ("13+", "no"),
        ("18-24, 25-34, 35-44, 45-54, 55-64, ≥65", "no"),
        ("25-34", "yes"),
        ("35+", "yes"),
    ],
)
def test_an_age_is_narrowed_where_somebody_is_left_out(ages: str, narrowed: str) -> None:
    assert facts_of(ad(targeting={"Ages": ages}), "").ages == narrowed


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Faire un don", "donate"),
        ("Signer", "petition"),
        ("Sign", "petition"),
        ("SIGN_UP", "sign up"),
        ("LEARN_MORE", "learn"),
        ("En savoir plus", "learn"),
        ("Acheter", "buy"),
        ("Prendre rendez-vous", "book"),
        ("Je participe", "event"),
        ("Écrire", "contact"),
        ("Itinéraire", "visit"),
        ("Watch", "watch"),
        ("", "unknown"),
        ("☂", "other"),
    ],
)
def test_a_button_is_known_by_what_it_asks_for(words: str, kind: str) -> None:
    assert button_kind(words) == kind


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://fb.me/abc", "platform"),
        ("secure.actblue.com", "collects"),
        ("https://www.interieur.gouv.fr/x", "state"),
        ("https://ec.europa.eu", "state"),
        ("HTTP://EXAMPLE.ORG:80/", "org"),
        ("example.co.uk", "country"),
        ("bit.ly/x", "short address"),
        ("notfacebook.com", "com"),
        ("", "unknown"),
        ("http://[", "unknown"),
        ("no address", "unknown"),
    ],
)
def test_a_link_is_known_by_its_kind(address: str, kind: str) -> None:
    assert link_kind(address) == kind


def told_by_facts(size: int, *, right: float, seed: int = 8) -> Examples:
    """Texts that say nothing of the label, and a button that does in the share `right` of the ads."""
    rng = np.random.default_rng(seed)
    base = written(np.random.default_rng(seed + 1), size)
    label = rng.integers(0, 2, size)
    agrees = rng.random(size) < right
    button = np.where(agrees, label, 1 - label)
    facts = [statements(replace(NOTHING_STATED, button="donate" if each else "buy")) for each in button]
    return replace(base, shares=np.eye(2)[label], groups=np.full(size, ""), facts=facts)


def test_facts_are_read_where_they_help_and_the_report_says_how_much() -> None:
    examples = told_by_facts(240, right=0.95)
    model, report = train(examples, np.random.default_rng(1), version="f", folds=3)

    assert report.beside is not None
    assert report.beside.used
    assert report.beside.both.auc > 0.85 > 0.65 > report.beside.words.auc
    assert report.held_out == report.beside.both
    assert model.facts == SCHEME
    assert report.held_out.ece < 0.1
    card = model_card(model)
    assert "## Facts beside the words" in card
    assert f"| words alone | {report.beside.words.f1:.3f} |" in card
    assert "slower to see the one that hides it" in card
    found = told_facts(model, examples.facts, np.arange(240))
    assert found["political"][0]["term"] == "button=donate"
    assert found["no"][0]["term"] == "button=buy"


def test_facts_that_say_nothing_are_left_out_of_the_model() -> None:
    rng = np.random.default_rng(5)
    base = written(rng, 240, mixed_up=0.1)
    noise = [
        statements(replace(NOTHING_STATED, button=str(rng.choice(BUTTONS)), spend=f"1e{rng.integers(5)}"))
        for _n in range(240)
    ]
    model, report = train(replace(base, facts=noise), np.random.default_rng(1), version="n", folds=3)
    alone, _report = train(base, np.random.default_rng(1), version="n", folds=3)

    assert report.beside is not None
    assert not report.beside.used
    assert report.held_out == report.beside.words
    assert model.facts == ""
    assert told_facts(model, noise, np.arange(240)) == {}
    assert np.array_equal(predict(model, base.texts, noise), predict(alone, base.texts))
    assert "reads words alone" in model_card(model)


def test_facts_that_are_the_same_of_every_ad_are_not_even_tried() -> None:
    base = written(np.random.default_rng(5), 60)
    same = replace(base, facts=[statements(NOTHING_STATED)] * 60)
    assert train(same, np.random.default_rng(1), version="s", folds=2)[1].beside is None


@pytest.fixture(scope="module")
def reading() -> Model:
    return train(told_by_facts(160, right=0.95), np.random.default_rng(1), version="r", folds=2)[0]


@given(data=st.data())
def test_rows_are_judged_alone_whatever_stands_beside_them(reading: Model, data: st.DataObject) -> None:
    texts = data.draw(st.lists(WORDS, min_size=1, max_size=6))
    facts = [
        statements(replace(NOTHING_STATED, button=data.draw(st.sampled_from(BUTTONS)))) for _text in texts
    ]
    order = data.draw(st.permutations(range(len(texts))))
    together = predict(reading, texts, facts)

    assert np.allclose(together.sum(axis=1), 1.0)
    turned = predict(reading, [texts[place] for place in order], [facts[place][::-1] for place in order])
    assert np.allclose(turned, together[order])


@given(st.lists(WORDS, max_size=5))
def test_a_fact_that_was_never_seen_changes_nothing(reading: Model, unseen: list[str]) -> None:
    stated = statements(replace(NOTHING_STATED, button="donate"))
    strange = [f"colour={each}" for each in unseen]

    known = scores(reading, ["vote"], [stated])
    assert np.allclose(scores(reading, ["vote"], [[*stated, *strange]]), known)
    assert np.all(np.isfinite(predict(reading, ["vote"], [strange])))


def test_an_explanation_counts_facts_and_words_apart(reading: Model) -> None:
    stated = statements(replace(NOTHING_STATED, button="donate"))
    told = explain(reading, "button=donate vote today", stated)

    total = told.start + sum(term.contribution for term in told.terms)
    assert total == pytest.approx(scores(reading, ["button=donate vote today"], [stated])[0, 0])
    (fact,) = [term for term in told.terms if term.fact and term.term == "button=donate"]
    assert fact.contribution == max(term.contribution for term in told.terms) > 0


def test_a_model_with_facts_survives_its_files(reading: Model) -> None:
    stated = [statements(replace(NOTHING_STATED, button=each)) for each in BUTTONS]
    read = from_bytes(*to_bytes(reading))

    assert read.facts == SCHEME
    assert np.allclose(predict(read, ["vote"] * 4, stated), predict(reading, ["vote"] * 4, stated), atol=2e-3)


def test_a_model_from_before_facts_reads_words_alone() -> None:
    model, _report = train(
        written(np.random.default_rng(3), 120), np.random.default_rng(4), version="old", folds=2
    )
    described, numbers = to_bytes(model)
    old = {name: value for name, value in orjson.loads(described).items() if name != "facts"} | {
        "format": EARLIER
    }
    read = from_bytes(orjson.dumps(old), numbers)

    assert read.facts == ""
    stated = [statements(replace(NOTHING_STATED, button="donate"))]
    assert np.array_equal(predict(read, ["vote"], stated), predict(read, ["vote"]))


def test_facts_stated_in_another_way_are_refused(reading: Model) -> None:
    described, numbers = to_bytes(reading)
    other = orjson.loads(described) | {"facts": "facts 0"}

    with pytest.raises(ArtefactError, match="reads facts as"):
        from_bytes(orjson.dumps(other), numbers)


def test_a_move_of_the_facts_is_seen_and_named() -> None:
    rng = np.random.default_rng(0)
    before, after = written(rng, 300), written(rng, 300)
    scored = rng.beta(2, 2, 300), rng.beta(2, 2, 300)

    def drawn(shares: list[float]) -> list[tuple[str, ...]]:
        return [
            statements(replace(NOTHING_STATED, button=str(rng.choice(BUTTONS, p=shares))))
            for _n in range(300)
        ]

    old, same, other = drawn([0.5, 0.3, 0.1, 0.1]), drawn([0.5, 0.3, 0.1, 0.1]), drawn([0.1, 0.2, 0.6, 0.1])
    stable = drift(before.texts, scored[0], after.texts, scored[1], stated=(old, same))
    moved = drift(before.texts, scored[0], after.texts, scored[1], stated=(old, other))

    assert not stable.moved
    assert moved.moved
    assert moved.fact == "button"
    assert values_of(other[:1], "button")[0] in BUTTONS
