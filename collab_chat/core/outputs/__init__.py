"""What leaves the alert room: writers of each format, from the same case file."""
