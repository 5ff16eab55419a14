"""Text (and a few facts) of an ad → a probability for each answer: hashed n-grams, a linear model, calibration."""
