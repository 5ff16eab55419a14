from pathlib import Path

import numpy as np
import orjson
import pytest

from bot_detector.core.artefact import DEFAULT_PATH, Artefact, ArtefactError, read_artefact, write_artefact
from bot_detector.core.model import load_model, model_of
from bot_detector.core.scoring import score_frame
from bot_detector.core.training import SHIPPED_SETS
from tests.bot_detector.core.accounts import one


def test_a_written_model_scores_as_before(artefact: Artefact, tmp_path: Path) -> None:
    write_artefact(artefact, tmp_path / "model.json")
    loaded = score_frame(one(), load_model(tmp_path / "model.json"))["probability"][0]
    assert loaded == pytest.approx(score_frame(one(), model_of(artefact))["probability"][0], abs=1e-6)


@pytest.mark.parametrize("place", ["offset", "version", "forest"])
def test_a_changed_model_is_refused(artefact: Artefact, tmp_path: Path, place: str) -> None:
    path = tmp_path / "model.json"
    write_artefact(artefact, path)
    wrapped = orjson.loads(path.read_bytes())
    wrapped["content"][place] = {"offset": 9.0, "version": "other", "forest": ["tree"]}[place]
    path.write_bytes(orjson.dumps(wrapped))
    with pytest.raises(ArtefactError, match="checksum"):
        read_artefact(path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": "other"}', b"\x80\x04pickle"])
def test_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(content)
    with pytest.raises(ArtefactError):
        read_artefact(path)


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="cannot be read"):
        read_artefact(tmp_path / "none.json")


def test_the_shipped_model_was_trained_on_sets_whose_licence_allows_it() -> None:
    shipped = read_artefact()
    assert DEFAULT_PATH.suffix == ".json"
    assert set(shipped.training["sets"]) <= set(SHIPPED_SETS)
    assert np.isfinite(shipped.typical).all()
