"""Every documented feature of crewAI's crews and flows: the test that observes it at work, or why it is refused."""
