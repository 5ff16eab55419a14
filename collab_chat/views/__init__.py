"""What pages show: one typed context each."""
