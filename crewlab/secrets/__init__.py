"""Secrets: kept encrypted, referred to by name, given out only where a request is made, masked everywhere else."""
