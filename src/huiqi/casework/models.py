"""Cases as they stand, and the log of what was done from which they can be rebuilt."""
