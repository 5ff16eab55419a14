"""The web side of the house: app factory, doors' dependencies, templating, headers, errors, languages."""
