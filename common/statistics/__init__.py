"""Statistics that more than one tool needs."""
