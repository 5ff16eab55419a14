"""A model as two files that people and programs can read: `model.json` (what it is) and `model.npz` (its numbers), no pickle.

Only the buckets that the model uses are written. The JSON holds the SHA-256 of the numbers, so that two files of different runs are never
read as one model. Neither holds a word of an ad: buckets are hashes.
"""

import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from political_ads.core.classifier.facts import SCHEME
from political_ads.core.classifier.model import Model
from political_ads.core.classifier.ngrams import FEATURES, FloatArray

FORMAT = "disinfo-toolkit ad model, format 2"
EARLIER = "disinfo-toolkit ad model, format 1"  # before facts: reads words alone
MODEL, NUMBERS, CARD = "model.json", "model.npz", "MODEL_CARD.md"


class ArtefactError(ValueError):
    """A model that cannot be trusted or understood; the message says why."""


def to_bytes(model: Model, *, smallest: float = 0.0) -> tuple[bytes, bytes]:
    """Return the two files' content: description and numbers.

    `smallest`: weights nearer to zero are left out, which makes the file smaller and the scores a little different.
    """
    largest = np.abs(model.weights).max(axis=1)
    used = np.flatnonzero((model.frequency > 0) & (largest >= smallest))
    body = io.BytesIO()
    # float32 for weights, float16 for frequencies: 0 to about 12, of which three digits are enough.
    np.savez_compressed(
        body,
        features=used.astype(np.int32),
        weights=model.weights[used].astype(np.float32),
        frequency=model.frequency[used].astype(np.float16),
        intercept=model.intercept,
        thresholds=model.thresholds,
    )
    numbers = body.getvalue()
    described = {
        "format": FORMAT,
        "version": model.version,
        "classes": list(model.classes),
        "facts": model.facts,
        "numbers_sha256": hashlib.sha256(numbers).hexdigest(),
        "told": model.told,
    }
    return orjson.dumps(described, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY) + b"\n", numbers


def from_bytes(described: bytes, numbers: bytes) -> Model:
    """Read a model from its two files' content; raises `ArtefactError`."""
    told = _described(described)
    if told.get("numbers_sha256") != hashlib.sha256(numbers).hexdigest():
        message = "the model's numbers are not those that its description was written with"
        raise ArtefactError(message)
    try:
        with np.load(io.BytesIO(numbers), allow_pickle=False) as found:
            return _model(told, {name: found[name] for name in found.files})
    except (KeyError, ValueError, OSError, IndexError) as error:
        message = f"the model's numbers cannot be read: {error}"
        raise ArtefactError(message) from error


def write_model(model: Model, folder: Path) -> None:
    """Write `model.json` and `model.npz` into the folder."""
    described, numbers = to_bytes(model)
    (folder / NUMBERS).write_bytes(numbers)
    (folder / MODEL).write_bytes(described)


def read_model(folder: Path) -> Model:
    """Read the model of a folder; raises `ArtefactError`."""
    try:
        described, numbers = (folder / MODEL).read_bytes(), (folder / NUMBERS).read_bytes()
    except OSError as error:
        message = f"the model in {folder.name} cannot be read: {error.strerror}"
        raise ArtefactError(message) from error
    return from_bytes(described, numbers)


def _described(described: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(described)
    except orjson.JSONDecodeError as error:
        message = f"the model's description is not JSON: {error}"
        raise ArtefactError(message) from error
    if not isinstance(told, dict) or told.get("format") not in {FORMAT, EARLIER}:
        message = f"the model has another format than {FORMAT!r}"
        raise ArtefactError(message)
    if (facts := told.get("facts", "")) not in {"", SCHEME}:
        message = f"the model reads facts as {facts!r}, and this release states them as {SCHEME!r}"
        raise ArtefactError(message)
    return told


def _model(told: dict[str, Any], found: dict[str, FloatArray]) -> Model:
    features = found["features"].astype(np.int64)
    weights = np.zeros((FEATURES, found["weights"].shape[1]))
    weights[features] = found["weights"]
    frequency = np.zeros(FEATURES)
    frequency[features] = found["frequency"]
    return Model(
        version=told["version"],
        classes=tuple(told["classes"]),
        weights=weights,
        intercept=found["intercept"],
        frequency=frequency,
        thresholds=found["thresholds"],
        facts=told.get("facts", ""),
        told=told["told"],
    )
