"""Labelling of political advertisements (not built yet)."""
