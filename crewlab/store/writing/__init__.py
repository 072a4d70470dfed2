"""The writer thread: from events and commands to rows, in one transaction after the other."""
