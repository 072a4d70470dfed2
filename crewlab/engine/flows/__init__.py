"""Running flows: which step is next, what it is given, and what runs inside of it."""
