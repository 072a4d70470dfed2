"""The forms of a flow: its steps, what each is given and what follows from it, and the state that they share."""
