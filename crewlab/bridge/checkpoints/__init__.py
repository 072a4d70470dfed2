"""Files from which crewAI alone goes on, and what is kept within a task."""
