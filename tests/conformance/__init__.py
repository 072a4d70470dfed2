"""Our flow runner beside crewAI's own runtime: the same flow documents against the same recording model server.

`python -m tests.conformance` prints the table of documents and that of the differences, each with what a user has
of it.
"""
