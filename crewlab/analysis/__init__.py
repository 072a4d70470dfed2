"""Frames, figures, comparisons and exports of what has run."""
