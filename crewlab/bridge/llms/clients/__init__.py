"""crewAI's own clients, with what CrewLab needs of them: no retries, a base URL, a time limit, and nothing printed."""
