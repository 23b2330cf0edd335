"""What a change of rules would do: baseline and draft over one scan of the register."""
