"""What pages show: typed contexts, made from what queries found."""
