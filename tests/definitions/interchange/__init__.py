"""What goes to crewAI and comes from it."""
