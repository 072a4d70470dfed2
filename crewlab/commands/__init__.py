"""The command line: thin commands over the lab, one module for each group."""
