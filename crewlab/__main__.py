"""`python -m crewlab`."""

from crewlab.commands.program import app

if __name__ == "__main__":
    app(prog_name="python -m crewlab")
