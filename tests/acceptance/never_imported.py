"""Importing this is a failure: nobody allowed it."""

raise AssertionError("code was imported that nobody allowed")
