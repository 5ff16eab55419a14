"""One call for what several doors do alike."""
