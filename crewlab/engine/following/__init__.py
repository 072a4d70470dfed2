"""Hearing of what happens: streams, subscriptions, and waiting for the end."""
