"""Requests and tokens per minute."""
