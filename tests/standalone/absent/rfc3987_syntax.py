"""Stands in for a package that Jupyter brings along and that users do not have: jsonschema does without it.

Importing the real one costs every process 0.7 s of CPU, and the tests start dozens of them.
"""

raise ImportError("left out of the tests")
