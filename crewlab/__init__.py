"""A low-code laboratory for CrewAI."""
