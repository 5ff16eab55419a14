"""The scorers that ours is measured against, in the same run on the same rows."""
