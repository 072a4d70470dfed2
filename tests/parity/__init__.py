"""Our agent loop beside crewAI's own: the same crews against the same recording model server, request by request.

`python -m tests.parity` prints the table of cases and that of the differences, each with what a user has of it.
"""
