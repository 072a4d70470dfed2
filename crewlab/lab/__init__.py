"""The lab: one object for pages, the command line and notebooks."""

from crewlab.lab.lab import Lab

__all__ = ["Lab"]
