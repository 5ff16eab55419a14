"""What the four tools share."""
