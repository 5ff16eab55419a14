"""The alert room (not built yet)."""
