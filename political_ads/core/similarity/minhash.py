"""MinHash signatures and their bands: texts that share a band are worth comparing.

Broder 1997, "On the resemblance and containment of documents" (doi:10.1109/SEQUEN.1997.666900); banding after Indyk and
Motwani 1998 (doi:10.1145/276698.276876). With 8 bands of 4 values two texts of Jaccard index s meet with probability
1 - (1 - s⁴)⁸: 0.95 at s = 0.75, 0.985 at 0.8, 0.9998 at 0.9, 0.4 at 0.5, 0.06 at 0.3. A meeting decides nothing: `likeness` does.
Written with NumPy over a thousand texts at once: a library for it would be one more dependency for twenty lines.
"""

import numpy as np
from numpy.typing import NDArray

from political_ads.core.similarity.shingles import Shingles, mixed

BANDS, ROWS = 8, 4
_HIGH = np.uint64(32)
# Fixed for ever: bands are stored. Odd multipliers and offsets of a multiply-shift family, out of a seeded generator.
_RNG = np.random.Generator(np.random.PCG64(20_240_900))
_A = _RNG.integers(0, 2**64, BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
_B = _RNG.integers(0, 2**64, BANDS * ROWS, dtype=np.uint64)
_SALT = mixed(np.arange(1, BANDS + 1, dtype=np.uint64))


def signatures(found: Shingles) -> NDArray[np.uint64]:
    """Return the MinHash signatures, (texts, BANDS × ROWS), each value below 2³²."""
    starts = found.starts[:-1]
    signed = np.empty((len(starts), BANDS * ROWS), dtype=np.uint64)
    if len(starts):
        for column in range(BANDS * ROWS):
            hashed = (found.values * _A[column] + _B[column]) >> _HIGH
            signed[:, column] = np.minimum.reduceat(hashed, starts)
    return signed


def bands(signed: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return each text's bands as 64-bit hashes of the band's number and values, (texts, BANDS), signed as databases want them."""
    values = signed.reshape(len(signed), BANDS, ROWS)
    hashed = np.broadcast_to(_SALT, (len(signed), BANDS)).copy()
    for row in range(ROWS):
        hashed = mixed(hashed * _A[row] + values[:, :, row])
    return hashed.view(np.int64)
