"""A task of crewAI: what it is given, and what is made of the answer."""
