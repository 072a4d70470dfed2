"""Clients of providers against servers of their own wire format; run by `make test-providers`."""
