"""What is shipped beside the model: the evaluation's figures, the model card, the data card."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

FOLDER = Path(__file__).parents[1] / "model"


@dataclass(frozen=True)
class Evaluation:
    """One evaluation run: its date (ISO 8601, empty: not stated), its resamples, and a dictionary per model and set."""

    evaluated_at: str
    bootstraps: int
    rows: list[dict[str, Any]] = field(default_factory=list)


def read_evaluation(folder: Path = FOLDER) -> Evaluation | None:
    """Return the shipped evaluation; None where none is shipped."""
    path = folder / "evaluation.json"
    if not path.exists():
        return None
    content = orjson.loads(path.read_bytes())
    return Evaluation(
        str(content.get("evaluated_at", "")), int(content.get("bootstraps", 0)), content["rows"]
    )


def read_card(name: str, folder: Path = FOLDER) -> str:
    """Return a card (`MODEL_CARD` or `DATA_CARD`) as Markdown; empty where none is shipped."""
    path = folder / f"{name}.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""
