"""Open data: the shapes of its rows, its dictionary, and the forms that other tools read."""
