"""Files of ads, one reader a format: `detect` says what a file is, `read` gives its ads in parts."""

from political_ads.sources.readers.detect import FORMATS, Detection, detect
from political_ads.sources.readers.mapping import TARGETS, ColumnMapping
from political_ads.sources.readers.read import read
from political_ads.sources.readers.shapes import PART_ROWS, Part

__all__ = ["FORMATS", "PART_ROWS", "TARGETS", "ColumnMapping", "Detection", "Part", "detect", "read"]
