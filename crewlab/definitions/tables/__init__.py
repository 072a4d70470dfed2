"""Tables of inputs, from files to rows."""
