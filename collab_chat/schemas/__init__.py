"""Shapes that cross a door; they need nothing."""
