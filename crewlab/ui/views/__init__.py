"""A module a page: what it shows, in which order."""
