"""CEL expressions in documents: read once, checked by the names they use, evaluated within a budget.

`outputs.<task>` is the text that a task produced and `outputs.<task>.json` its JSON; `inputs.<name>` is an input.
A name that is not a plain word is written `outputs["its name"]`. CEL is loaded by the first expression.
"""
