"""Trained models on this machine's disk, one pair of files a version, under names that say what they are."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from common.db import new_id
from political_ads.core.classifier.artefact import ArtefactError, from_bytes, to_bytes
from political_ads.core.classifier.model import Model

FOLDER = "ads_models"  # in the data folder
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,190}")


@dataclass(frozen=True)
class KeptModels:
    """A folder of models: `NAME.json` says what it is, `NAME.npz` holds its numbers, `NAME.rows.json` the creatives it learned from."""

    folder: Path

    def keep(self, name: str, model: Model, creative_ids: list[int]) -> None:
        """Write a model; whoever reads meanwhile finds the whole of it or none. Raises `ValueError` for a name that is no name."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a model's name")
        self.folder.mkdir(parents=True, exist_ok=True)
        described, numbers = to_bytes(model)
        self._put(f"{name}.rows.json", ("[" + ",".join(map(str, creative_ids)) + "]\n").encode())
        self._put(f"{name}.npz", numbers)
        self._put(f"{name}.json", described)  # last: it names the numbers by their SHA-256

    def read(self, name: str) -> Model:
        """Read a model. Raises `ArtefactError` where it is not there or cannot be trusted."""
        try:
            return from_bytes(self._get(f"{name}.json"), self._get(f"{name}.npz"))
        except OSError as error:
            message = f"the model {name} cannot be read: {error.strerror}"
            raise ArtefactError(message) from error

    def creatives(self, name: str) -> list[int]:
        """Return the creatives that a model learned from; nothing where that is not known any more."""
        try:
            content = self._get(f"{name}.rows.json").decode()
        except OSError:
            return []
        return [int(number) for number in content.strip().strip("[]").split(",") if number]

    def _get(self, file: str) -> bytes:
        return (self.folder / file).read_bytes()

    def _put(self, file: str, content: bytes) -> None:
        waiting = self.folder / f".{new_id().hex}"
        try:
            with waiting.open("xb") as written:
                written.write(content)
                written.flush()
                os.fsync(written.fileno())
            waiting.replace(self.folder / file)
        finally:
            waiting.unlink(missing_ok=True)
