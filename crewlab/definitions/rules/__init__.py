"""The rules of crews, a few of one kind in each module. `checks.RULES` lists them all."""
