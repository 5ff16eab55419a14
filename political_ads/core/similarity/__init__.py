"""Which ads say the same: normalised text, exact hashes, MinHash bands to find candidates, Jaccard to decide."""

from political_ads.core.similarity.likeness import SAME, jaccard, polarity, same_text
from political_ads.core.similarity.minhash import BANDS, bands, signatures
from political_ads.core.similarity.normalise import normalise
from political_ads.core.similarity.shingles import Shingles, shingles
from political_ads.core.similarity.text_keys import SHORTEST, TextKey, pin, text_key

__all__ = [
    "BANDS",
    "SAME",
    "SHORTEST",
    "Shingles",
    "TextKey",
    "bands",
    "jaccard",
    "normalise",
    "pin",
    "polarity",
    "same_text",
    "shingles",
    "signatures",
    "text_key",
]
