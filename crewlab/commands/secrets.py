"""`secrets`: keys of models and tools, encrypted in the data folder. Needs no store, and works beside the app."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from crewlab.commands.terminal import answer, answer_json, say
from crewlab.errors import CommandError
from crewlab.secrets.vault import Vault
from crewlab.settings import Settings

secrets = typer.Typer(
    help="Stored secrets: names are shown, values never.", no_args_is_help=True, pretty_exceptions_enable=False
)

Name = Annotated[str, typer.Argument(help="The name, such as OPENAI_API_KEY.", show_default=False)]


@secrets.command("list")
def list_secrets(as_json: Annotated[bool, typer.Option("--json", help="Print the names as JSON.")] = False) -> None:
    """Show the names of all secrets."""
    names = _vault().names()
    if as_json:
        answer_json(names)
    else:
        for name in names:
            answer(name)
        if not names:
            say("There are no secrets. Store one: python -m crewlab secrets set NAME")


@secrets.command("set")
def set_secret(name: Name) -> None:
    """Store a secret. Its value is asked for, or read from the standard input; it is never an argument."""
    vault = _vault()
    known = name in vault.names()
    vault.set(name, _value(name))
    say(f"{name}: {'replaced' if known else 'stored'}.")


@secrets.command("delete")
def delete_secret(name: Name) -> None:
    """Forget a secret."""
    _vault().delete(name)
    say(f"{name}: deleted.")


@secrets.command("rotate")
def rotate() -> None:
    """Encrypt all secrets anew, with a new key."""
    count = _vault().rotate()
    say(f"{count} secret{'' if count == 1 else 's'} encrypted with the new key.")


def _vault() -> Vault:
    return Vault(Settings.from_environment().data)


def _value(name: str) -> str:
    """What a person types unseen, or what another program writes."""
    if sys.stdin.isatty():
        return str(typer.prompt(f"Value of {name}", hide_input=True))
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise CommandError("The standard input is not text.", "Write the secret as UTF-8.") from error
