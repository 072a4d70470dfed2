"""What steps of flows ask of crewAI outside of any crew."""
