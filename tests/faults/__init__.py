"""What can go wrong with a model server or a tool, and what CrewLab makes of it; `python -m tests.faults` prints it."""
