"""Agents and crews that plan before they work."""
