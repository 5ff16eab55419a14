"""The shipped model as one readable file: JSON with a checksum, never a pickle.

`{"format": …, "checksum": SHA-256 of the content, "content": {…}}`. The content holds the forest in LightGBM's text
format (one line per list item), the tables of the calibration, the bigram table, the reference humans' quantiles, and what
the training run says of itself.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from bot_detector.core.calibration import CalibrationTable
from bot_detector.core.features.bigrams import BigramTable
from bot_detector.core.features.feature import FloatArray
from bot_detector.core.features.registry import FEATURE_NAMES

FORMAT = "disinfo-toolkit account model, format 1"
DEFAULT_PATH = Path(__file__).parents[1] / "model" / "account-model.json"
REFERENCE_QUANTILES = 101  # 0 %, 1 % … 100 %


class ArtefactError(ValueError):
    """A model file that cannot be trusted or understood; the message says why."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """Everything that scoring needs.

    `forest`: LightGBM text; `offset`: added to the forest's sum, log-odds with both classes equally common. `typical`:
    (features,) the training accounts' median, which stands in for a missing value.
    `reference`: (features, 101) quantiles among the training humans, NaN where a feature was never present.
    `usual_low`, `usual_high`: (features,) range that training accounts fill but for 1 %; `unusual_limit`: an account is out of
    distribution when a larger share of its features lies outside. `training`: dates, sets, rows, choices, for people.
    """

    version: str
    forest: str
    offset: float
    typical: FloatArray
    bigrams: BigramTable
    calibration: CalibrationTable
    reference: FloatArray
    usual_low: FloatArray
    usual_high: FloatArray
    unusual_limit: float
    training: dict[str, Any]


def write_artefact(artefact: Artefact, path: Path) -> None:
    """Write the artefact with its checksum."""
    content = _content(artefact)
    wrapped = {"format": FORMAT, "checksum": _checksum(content), "content": content}
    path.write_bytes(orjson.dumps(wrapped, option=orjson.OPT_INDENT_2) + b"\n")


def read_artefact(path: Path | None = None) -> Artefact:
    """Read and check an artefact (default: the shipped one); raises `ArtefactError`."""
    file = path or DEFAULT_PATH
    try:
        wrapped = orjson.loads(file.read_bytes())
    except OSError as error:
        message = f"the model file {file.name} cannot be read: {error.strerror}"
        raise ArtefactError(message) from error
    except orjson.JSONDecodeError as error:
        message = f"the model file {file.name} is not JSON: {error}"
        raise ArtefactError(message) from error
    if not isinstance(wrapped, dict) or wrapped.get("format") != FORMAT:
        message = f"the model file {file.name} has another format than {FORMAT!r}"
        raise ArtefactError(message)
    if wrapped.get("checksum") != _checksum(wrapped.get("content")):
        message = f"the model file {file.name} was changed after it was written: its checksum does not fit"
        raise ArtefactError(message)
    return _artefact(wrapped["content"], file)


def _checksum(content: object) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _content(artefact: Artefact) -> dict[str, Any]:
    calibration = {name: _numbers(getattr(artefact.calibration, name)) for name in CalibrationTable.__slots__}
    return {
        "version": artefact.version,
        "training": artefact.training,
        "features": list(FEATURE_NAMES),
        "offset": artefact.offset,
        "typical": _numbers(artefact.typical),
        "unusual_limit": artefact.unusual_limit,
        "usual_low": _numbers(artefact.usual_low),
        "usual_high": _numbers(artefact.usual_high),
        "reference": _numbers(artefact.reference),
        "calibration": calibration,
        "bigrams": _numbers(artefact.bigrams.log_likelihood),
        "forest": artefact.forest.split("\n"),
    }


def _artefact(content: dict[str, Any], file: Path) -> Artefact:
    if tuple(content["features"]) != FEATURE_NAMES:
        message = f"the model file {file.name} was trained on other features than this program computes"
        raise ArtefactError(message)
    return Artefact(
        version=content["version"],
        forest="\n".join(content["forest"]),
        offset=content["offset"],
        typical=_array(content["typical"]),
        bigrams=BigramTable(_array(content["bigrams"])),
        calibration=CalibrationTable(
            **{name: _array(values) for name, values in content["calibration"].items()}
        ),
        reference=_array(content["reference"]),
        usual_low=_array(content["usual_low"]),
        usual_high=_array(content["usual_high"]),
        unusual_limit=content["unusual_limit"],
        training=content["training"],
    )


def _numbers(values: FloatArray) -> list[Any]:
    """Numbers for JSON, nine digits; NaN becomes null."""
    rounded = np.where(np.isnan(values), np.nan, np.round(values, 9))
    listed: list[Any] = rounded.tolist()
    return _without_nan(listed)


def _without_nan(values: list[Any]) -> list[Any]:
    return [
        _without_nan(value) if isinstance(value, list) else (None if value != value else value)
        for value in values
    ]


def _array(values: list[Any]) -> FloatArray:
    return np.array(values, dtype=np.float64)
