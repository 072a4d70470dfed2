"""Runs executions: the only owner of threads and event loops besides the store's writer."""
