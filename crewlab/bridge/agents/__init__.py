"""Agents of crewAI at work in our own loop."""
