"""crewAI's own executor in an attempt."""
