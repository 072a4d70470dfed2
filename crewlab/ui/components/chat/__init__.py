"""A conversation about a crew: where it stands, and how it is drawn."""
