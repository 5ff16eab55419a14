"""Files of accounts, whatever their format, to canonical observations.

`read_batches` and `read_text` read; `detect_format` says what a file seems to be; `propose_mapping` says what the columns of a
table seem to mean, for a person to confirm; `neutralise_formula` makes a cell safe for spreadsheets on the way out.
"""

from bot_detector.sources.formats.csv_out import neutralise_formula
from bot_detector.sources.formats.detect import detect_format, look
from bot_detector.sources.formats.mapping import Mapping, propose_mapping
from bot_detector.sources.formats.read import read_batches, read_text
from bot_detector.sources.formats.registry import FORMATS
from bot_detector.sources.formats.shapes import Batch, Detection, Message, Note, Reject, merge_notes

__all__ = [
    "FORMATS",
    "Batch",
    "Detection",
    "Mapping",
    "Message",
    "Note",
    "Reject",
    "detect_format",
    "look",
    "merge_notes",
    "neutralise_formula",
    "propose_mapping",
    "read_batches",
    "read_text",
]
