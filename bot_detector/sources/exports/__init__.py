"""Scores on their way out: JSON lines, CSV and Parquet files, the same through every door."""

from bot_detector.sources.exports.rejects import write_rejects
from bot_detector.sources.exports.scores import KINDS, MEDIA_TYPES, ScoreWriter, write_scores

__all__ = ["KINDS", "MEDIA_TYPES", "ScoreWriter", "write_rejects", "write_scores"]
