"""What joins reading, writing and the outside: called by doors and jobs."""
