"""The only code that reads."""
