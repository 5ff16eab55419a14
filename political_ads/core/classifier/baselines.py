"""What ours is measured against, in the same run on the same folds: two designs that are in use."""

from collections.abc import Callable, Sequence

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_union

from political_ads.core.classifier.ngrams import FloatArray, IntArray
from political_ads.core.classifier.texts import plain_all

TFIDF = "TF-IDF + balanced logistic regression"
PROPUBLICA = "ProPublica design: hashing, 1–3-grams, naive Bayes"

Labels = Sequence[IntArray]
Baseline = Callable[[Sequence[str], Labels, Sequence[str]], list[FloatArray]]


def tfidf_logistic(texts: Sequence[str], labels: Labels, tested: Sequence[str]) -> list[FloatArray]:
    """Word 1–2-grams and character 2–5-grams inside words, TF-IDF, logistic regression with balanced classes, C = 1.

    `labels`: one array of class numbers per question; returns (tested, classes) probabilities for each. Nothing is
    calibrated or tuned: a class is called where its probability is the highest.
    """
    found = make_union(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True),
    )
    train = found.fit_transform(plain_all(texts))
    test = found.transform(plain_all(tested))
    return [_logistic(train, each, test) for each in labels]


def propublica_design(texts: Sequence[str], labels: Labels, tested: Sequence[str]) -> list[FloatArray]:
    """HashingVectorizer over word 1–3-grams and multinomial naive Bayes, as in ProPublica's political ad collector of 2018.

    Without its oversampling of rows and its list of stop words. Returns probabilities as `tfidf_logistic` does.
    """
    found = HashingVectorizer(ngram_range=(1, 3), alternate_sign=False, n_features=2**20)
    train, test = found.transform(plain_all(texts)), found.transform(plain_all(tested))
    return [_naive_bayes(train, each, test) for each in labels]


BASELINES: dict[str, Baseline] = {TFIDF: tfidf_logistic, PROPUBLICA: propublica_design}


def _logistic(train: object, labels: IntArray, test: object) -> FloatArray:
    if len(np.unique(labels)) > 2:
        model = LogisticRegression(class_weight="balanced", max_iter=200, tol=1e-3)
    else:
        model = LogisticRegression(class_weight="balanced", solver="liblinear", max_iter=1_000)
    return _full(model.fit(train, labels), test, labels)


def _naive_bayes(train: object, labels: IntArray, test: object) -> FloatArray:
    return _full(MultinomialNB().fit(train, labels), test, labels)


def _full(model: LogisticRegression | MultinomialNB, test: object, labels: IntArray) -> FloatArray:
    """Probabilities by class number, 0 for a class that the training part lacks."""
    shares = np.zeros((test.shape[0], max(2, int(labels.max()) + 1)))  # type: ignore[attr-defined] # a SciPy matrix, untyped
    shares[:, model.classes_] = model.predict_proba(test)
    return shares
