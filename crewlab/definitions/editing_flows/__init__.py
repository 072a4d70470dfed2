"""Edits of a flow document, as pure functions: each returns a new document and keeps references in step.

Steps and fields of the state are known by name. What has an unexpected shape stays as it is.
"""
