"""The only code that goes out: one file per outside place."""
