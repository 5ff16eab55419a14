"""How fast the ad classifier answers: texts a second beside a scikit-learn pipeline of the same n-grams, loading, file size.

`python benchmarks/bench_classifier.py`. Texts are drawn from a made-up vocabulary with the seed; the model is trained on them.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from political_ads.core.classifier.artefact import MODEL, NUMBERS, read_model, write_model
from political_ads.core.classifier.model import explain, predict
from political_ads.core.classifier.texts import plain_all
from political_ads.core.classifier.training import Examples, train

SEED = 20261122
TRAINED, SCORED, WORDS = 2_000, 20_000, 40


def main() -> None:
    """Print the figures as one table."""
    rng = np.random.default_rng(SEED)
    texts, truth = _texts(rng, TRAINED + SCORED)
    examples = Examples(
        texts=texts[:TRAINED],
        classes=("no", "yes"),
        shares=np.eye(2)[truth[:TRAINED]],
        weight=np.ones(TRAINED),
        groups=np.full(TRAINED, ""),
        languages=np.full(TRAINED, "en"),
        times=np.full(TRAINED, np.nan),
    )
    started = time.perf_counter()
    model, _report = train(examples, rng, version="bench", folds=3)
    trained = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        write_model(model, Path(folder))
        size = sum((Path(folder) / name).stat().st_size for name in (MODEL, NUMBERS))
        started = time.perf_counter()
        model = read_model(Path(folder))
        loaded = time.perf_counter() - started
    ours = _seconds(lambda: predict(model, texts[TRAINED:]))
    one = _seconds(lambda: [predict(model, [text]) for text in texts[-200:]]) / 200
    why = _seconds(lambda: [explain(model, text) for text in texts[-200:]]) / 200
    theirs = _scikit_learn(texts, truth)
    print(f"train {TRAINED:,} texts, 3 outer × 3 inner folds   {trained:8.1f} s")
    print(f"load                                    {loaded * 1_000:8.1f} ms, {size / 1e6:.2f} MB")
    print(f"predict {SCORED:,} texts of {WORDS} words    {SCORED / ours:10,.0f} texts/s")
    print(
        f"  scikit-learn, the same n-grams        {SCORED / theirs:8,.0f} texts/s: ours is {theirs / ours:.1f} × as fast"
    )
    print(f"predict one text {one * 1_000:.1f} ms, explain one {why * 1_000:.1f} ms")


def _texts(rng: np.random.Generator, size: int) -> tuple[list[str], np.ndarray]:
    letters = np.array(list("aeioubcdfglmnprstv"))
    vocabulary = np.array(["".join(rng.choice(letters, rng.integers(2, 11))) for _word in range(8_000)])
    truth = rng.integers(0, 2, size)
    common = (rng.pareto(1.0, (size, WORDS)) * 20).astype(np.int64) % len(vocabulary)
    common[:, :4] = 4_000 * truth[:, None] + rng.integers(0, 200, (size, 4))
    return [" ".join(vocabulary[row]) for row in common], truth


def _scikit_learn(texts: list[str], truth: np.ndarray) -> float:
    """Seconds for the same scores by the usual pipeline."""
    pipeline = make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True),
        ),
        LogisticRegression(solver="liblinear"),
    )
    pipeline.fit(plain_all(texts[:TRAINED]), truth[:TRAINED])
    return _seconds(lambda: pipeline.predict_proba(plain_all(texts[TRAINED:])))


def _seconds(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
