"""Labels that tell choices apart."""

from __future__ import annotations

from crewlab.ui.components.unique_labels import free_label, unique_labels


def test_equal_labels_get_the_end_of_their_identity():
    """A label that is alone stays as it is; equal ones can be told apart."""
    labels = unique_labels({"id-000001": "Drinks", "id-000002": "Drinks", "id-000003": "Food"})
    assert labels == {"id-000001": "Drinks · 000001", "id-000002": "Drinks · 000002", "id-000003": "Food"}


def test_a_free_label_counts_up():
    """A name that is taken gets the first number that is free."""
    assert free_label("a", []) == "a"
    assert free_label("a", ["a", "a (2)"]) == "a (3)"
