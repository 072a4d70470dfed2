"""Threads and event loops: who runs where, and who is next."""
