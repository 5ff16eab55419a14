"""Ads put together from words written for this project, so that classifier tests need no outside data."""

import numpy as np

from political_ads.core.classifier.ngrams import FloatArray
from political_ads.core.classifier.training import Examples

_VOTING = [
    "vote",
    "ballot",
    "parliament",
    "minister",
    "law",
    "campaign",
    "candidate",
    "reform",
    "rights",
    "tax",
    "council",
    "deputy",
]
_SHOPPING = [
    "shoes",
    "discount",
    "delivery",
    "kitchen",
    "perfume",
    "holiday",
    "sofa",
    "coffee",
    "phone",
    "garden",
    "recipe",
    "concert",
]
_PLAIN = [
    "today",
    "our",
    "new",
    "with",
    "more",
    "people",
    "city",
    "great",
    "week",
    "come",
    "see",
    "best",
    "first",
    "year",
    "time",
    "place",
]


def written(rng: np.random.Generator, size: int, *, pages: int = 20, mixed_up: float = 0.0) -> Examples:
    """Draw `size` ads of `pages` pages, half of them about a vote; `mixed_up` of the labels are turned round."""
    political = rng.integers(0, 2, size)
    texts = [_text(rng, _VOTING if each else _SHOPPING) for each in political]
    page = political * pages + rng.integers(0, pages, size)  # a page is political or it is not
    wrong = rng.random(size) < mixed_up
    truth = np.where(wrong, 1 - political, political)
    return Examples(
        texts=texts,
        classes=("no", "political"),
        shares=np.eye(2)[truth],
        weight=np.ones(size),
        groups=page.astype(np.str_),
        languages=np.where(rng.random(size) < 0.5, "en", "fr"),
        times=page * 7.0 % (2 * pages)
        + rng.random(size),  # a page speaks in one season, political ones in all
    )


def three_classes(rng: np.random.Generator, size: int) -> tuple[list[str], FloatArray]:
    """Texts of three subjects and their certain labels (size, 3)."""
    subject = rng.integers(0, 3, size)
    words = (_VOTING, _SHOPPING, ["rain", "sun", "wind", "storm", "snow", "cloud", "forecast", "degrees"])
    return [_text(rng, words[each]) for each in subject], np.eye(3)[subject]


def _text(rng: np.random.Generator, subject: list[str]) -> str:
    words = [*rng.choice(subject, 4), *rng.choice(_PLAIN, 8)]
    return " ".join(rng.permutation(words).tolist())
