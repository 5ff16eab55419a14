"""The only code that reads entries, and what belongs to them."""
