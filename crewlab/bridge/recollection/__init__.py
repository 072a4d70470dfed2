"""Memory and knowledge: what agents recall, look up and learn."""
