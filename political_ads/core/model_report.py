"""What a training run found out, as plain numbers for a page: agreement with volunteers, calibration, confusion, terms."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from political_ads.core.classifier.model import Model, scores
from political_ads.core.classifier.ngrams import FloatArray, IntArray
from political_ads.core.classifier.texts import plain
from political_ads.core.shares import DRAWS, TAILS, Estimate, wilson

ENOUGH_DRAWN = 50  # labelled creatives of the random set, from which the headline rests on it alone
BINS = 10
TERMS = 15  # of a class
ADVERTISERS_OF_TERM = (
    3  # who use a word before it is published: a private person's name is rarely one of these
)
_SHORTEST = 3  # signs of a word that is shown
_AROUND = ".,;:!?…\"'«»“”‘’()[]{}*_–—-"


@dataclass(frozen=True)
class HeldOut:
    """What models that had not seen the advertiser said. `stated`, `shares`: (n, k); `group`, `sampled`: (n,).

    `missed_group`, `missed_sampled`: (m,) creatives that people put into a class that the model does not know: always a miss.
    """

    stated: FloatArray
    shares: FloatArray
    group: IntArray
    sampled: NDArray[np.bool_]
    missed_group: IntArray
    missed_sampled: NDArray[np.bool_]


def agreement_of(held: HeldOut, classes: Sequence[str], rng: np.random.Generator) -> dict[str, Any]:
    """Return the share of creatives on which the likeliest class is the volunteers', on the random set and on all.

    `random`: whether the headline (`value`, `low`, `high`, `n`) rests on the uniformly random set; `all`: the same on everything that
    is labelled, of which a part was chosen because an earlier model was unsure. `usual`: what always saying the most frequent
    class would reach on the headline's creatives.
    """
    right = held.stated.argmax(axis=1) == held.shares.argmax(axis=1)
    outcome = np.concatenate([right, np.zeros(len(held.missed_group), dtype=np.bool_)])
    group = np.concatenate([held.group, held.missed_group])
    drawn = np.concatenate([held.sampled, held.missed_sampled])
    enough = int(drawn.sum()) >= ENOUGH_DRAWN
    every = share_by_group(outcome, group, rng)
    headline = share_by_group(outcome[drawn], group[drawn], rng) if enough else every
    some = drawn if enough else np.ones(len(drawn), dtype=np.bool_)
    lead = held.shares.argmax(axis=1)[some[: len(right)]]
    counts = np.bincount(lead, minlength=len(classes))
    usual = int(counts.argmax())
    return {
        **asdict(headline),
        "random": enough,
        "drawn": int(drawn.sum()),
        "all": asdict(every),
        "usual": {"class": classes[usual], "value": float(counts[usual] / max(1, int(some.sum())))},
    }


def share_by_group(right: NDArray[np.bool_], group: IntArray, rng: np.random.Generator) -> Estimate:
    """Return a share whose interval knows that creatives of one advertiser resemble each other.

    A bootstrap over advertisers (Efron 1979, DOI 10.1214/aos/1176344552), never narrower than Wilson's interval over creatives:
    where everything is right, resampling sees no doubt at all.
    """
    simple = wilson(int(right.sum()), len(right))
    if not len(right):
        return simple
    _names, place = np.unique(group, return_inverse=True)
    hits, sizes = np.bincount(place, weights=right), np.bincount(place)
    drawn = rng.multinomial(len(sizes), np.full(len(sizes), 1.0 / len(sizes)), size=DRAWS)
    low, high = np.quantile((drawn @ hits) / (drawn @ sizes), TAILS)
    return Estimate(simple.value, min(simple.low, float(low)), max(simple.high, float(high)), simple.n)


def calibration_of(held: HeldOut) -> list[dict[str, float]]:
    """Return, per tenth of stated probability, what was stated on average and which share of volunteers' labels it met; all classes together."""
    stated, observed = held.stated.ravel(), held.shares.ravel()
    place = np.minimum((stated * BINS).astype(np.int64), BINS - 1)
    found = []
    for number in range(BINS):
        inside = place == number
        if inside.any():
            means = float(stated[inside].mean()), float(observed[inside].mean())
            found.append({"stated": means[0], "observed": means[1], "n": int(inside.sum())})
    return found


def confusion_of(held: HeldOut) -> list[list[int]]:
    """Return counts (k, k): rows what the model said, columns the volunteers' leading class."""
    k = held.stated.shape[1]
    said, people = held.stated.argmax(axis=1), held.shares.argmax(axis=1)
    table = np.bincount(said * k + people, minlength=k * k).reshape(k, k)
    return [[int(count) for count in row] for row in table]


def terms_of(model: Model, texts: Sequence[str], group: IntArray) -> dict[str, list[dict[str, Any]]]:
    """Return, per class, the words that speak most for it: `lift`, the log-odds of a text that said only this word, over those of none.

    Only words that several advertisers use (`ADVERTISERS_OF_TERM`) are looked at. `n`: creatives that hold the word.
    """
    words, counts = _vocabulary(texts, group)
    if not words:
        return {name: [] for name in model.classes}
    return _strongest(model, scores(model, words) - model.intercept, words, counts)


def facts_of(
    model: Model, rows: Sequence[Sequence[str]] | None, group: IntArray
) -> dict[str, list[dict[str, Any]]]:
    """Return, per class, the statements beside the words that speak most for it, with their `lift` and the creatives of which they hold.

    As with words, only what is stated of several advertisers. Empty for a model that reads words alone.
    """
    if not model.facts or not rows:
        return {}
    holding: Counter[str] = Counter()
    users: dict[str, set[int]] = {}
    for row, advertiser in zip(rows, group.tolist(), strict=True):
        holding.update(row)
        for statement in row:
            users.setdefault(statement, set()).add(advertiser)
    stated = sorted(statement for statement, by in users.items() if len(by) >= ADVERTISERS_OF_TERM)
    lift = scores(model, [""] * len(stated), [[statement] for statement in stated]) - model.intercept
    return _strongest(model, lift, stated, np.array([holding[each] for each in stated], dtype=np.int64))


def _strongest(
    model: Model, lift: FloatArray, words: Sequence[str], counts: IntArray
) -> dict[str, list[dict[str, Any]]]:
    if lift.shape[1] == 1:
        lift = np.concatenate([-lift, lift], axis=1)
    else:
        lift = lift - lift.mean(axis=1, keepdims=True)
    strength = lift * np.sqrt(counts)[:, None]  # a word of many ads tells more than one of three
    found = {}
    for column, name in enumerate(model.classes):
        order = np.argsort(-strength[:, column], kind="stable")[:TERMS]
        found[name] = [
            {"term": words[place], "lift": round(float(lift[place, column]), 3), "n": int(counts[place])}
            for place in order
            if lift[place, column] > 0
        ]
    return found


def _vocabulary(texts: Sequence[str], group: IntArray) -> tuple[list[str], IntArray]:
    holding: Counter[str] = Counter()
    users: dict[str, set[int]] = {}
    for text, advertiser in zip(texts, group.tolist(), strict=True):
        for word in {word.strip(_AROUND) for word in plain(text).split()}:
            if len(word) >= _SHORTEST and word.isalpha():
                holding[word] += 1
                users.setdefault(word, set()).add(advertiser)
    words = sorted(word for word, by in users.items() if len(by) >= ADVERTISERS_OF_TERM)
    return words, np.array([holding[word] for word in words], dtype=np.int64)
