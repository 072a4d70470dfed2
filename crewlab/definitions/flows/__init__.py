"""Flows: steps that start, listen, route and loop over crews, agents, tools and expressions, and what they hand on."""
