"""Everything durable. The only package that knows DuckDB; the rest of the program sees `Store`."""

from crewlab.store.store import Store

__all__ = ["Store"]
