"""Rules about flows: of a step by itself, of the steps together, and of the crews and flows that they use."""
