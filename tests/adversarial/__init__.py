"""Documents and archives that somebody made to do harm."""
