"""What the detector's templates are given: typed, worded, ready to be set."""
