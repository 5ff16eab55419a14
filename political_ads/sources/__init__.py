"""Files and outside places: the only code of the tool that goes out."""
