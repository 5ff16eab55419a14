"""The only code that writes entries, and what belongs to them."""
