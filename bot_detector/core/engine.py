"""Evaluate a forest written in LightGBM's text format, by LightGBM's own C library.

The library's Python package takes more than a second to import (it pulls scikit-learn in); its C interface
(https://lightgbm.readthedocs.io/en/stable/C-API.html) needs four calls and loads in milliseconds. Always one thread:
processes scale better than threads here, and a score must not depend on how many there are.
"""

import ctypes
import weakref
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot_detector.core.features.feature import FloatArray

_FLOAT32 = 0  # C_API_DTYPE_FLOAT32
_RAW_SCORE, _CONTRIBUTIONS = 1, 3  # C_API_PREDICT_RAW_SCORE, C_API_PREDICT_CONTRIB
_PARAMETERS = b"num_threads=1 verbosity=-1"


class EngineError(RuntimeError):
    """The LightGBM library is absent or refused a call."""


class Engine:
    """A forest ready to evaluate. `features`: the number of columns that it expects."""

    def __init__(self, text: str, features: int) -> None:
        self.features = features
        self._handle = ctypes.c_void_p()
        trees = ctypes.c_int()
        _check(
            library().LGBM_BoosterLoadModelFromString(
                text.encode(), ctypes.byref(trees), ctypes.byref(self._handle)
            )
        )
        weakref.finalize(self, library().LGBM_BoosterFree, self._handle)

    def margins(self, features: NDArray[np.float32]) -> FloatArray:
        """Sum of leaf values for each row of an (n, features) array: (n,)."""
        return self._predict(features, _RAW_SCORE, 1)[:, 0]

    def contributions(self, features: NDArray[np.float32]) -> FloatArray:
        """Exact Shapley values of the margin (TreeSHAP), (n, features + 1); the last column is the expected margin.

        Lundberg and others (2020), "From local explanations to global understanding with explainable AI for trees", DOI
        10.1038/s42256-019-0138-9. Each row sums to its margin.
        """
        return self._predict(features, _CONTRIBUTIONS, self.features + 1)

    def _predict(self, features: NDArray[np.float32], kind: int, width: int) -> FloatArray:
        """Run one prediction; `features` must have the expected columns."""
        if features.ndim != 2 or features.shape[1] != self.features:
            message = f"expected (n, {self.features}) features, got {features.shape}"
            raise ValueError(message)
        answer = np.zeros((len(features), width))
        if not len(features):
            return answer
        data = np.ascontiguousarray(features, dtype=np.float32)
        length = ctypes.c_int64()
        _check(
            library().LGBM_BoosterPredictForMat(
                self._handle,
                data.ctypes.data_as(ctypes.c_void_p),
                ctypes.c_int(_FLOAT32),
                ctypes.c_int32(len(data)),
                ctypes.c_int32(self.features),
                ctypes.c_int(1),  # rows follow each other in memory
                ctypes.c_int(kind),
                ctypes.c_int(0),  # from the first tree …
                ctypes.c_int(-1),  # … to the last
                ctypes.c_char_p(_PARAMETERS),
                ctypes.byref(length),
                answer.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
            )
        )
        return answer


@lru_cache(maxsize=1)
def library() -> ctypes.CDLL:
    """Load LightGBM's C library without importing its Python package; raises `EngineError` when it is not installed."""
    spec = find_spec("lightgbm")
    if spec is None or spec.origin is None:
        message = "LightGBM is not installed"
        raise EngineError(message)
    folder = Path(spec.origin).parent
    for pattern in ("lib/lib_lightgbm.*", "bin/lib_lightgbm.*", "lib_lightgbm.*"):
        for path in sorted(folder.glob(pattern)):
            loaded = ctypes.CDLL(str(path))
            loaded.LGBM_GetLastError.restype = ctypes.c_char_p
            return loaded
    message = f"no LightGBM library in {folder}"
    raise EngineError(message)


def _check(status: int) -> None:
    if status != 0:
        raise EngineError(library().LGBM_GetLastError().decode())
