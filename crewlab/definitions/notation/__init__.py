"""Documents as text: JSON and YAML, read without running or guessing anything, and written back."""
