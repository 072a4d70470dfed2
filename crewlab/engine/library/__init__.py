"""What definitions name, and what can be run: kept, checked, taken in and taken away."""
