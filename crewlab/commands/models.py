"""`models`: model profiles, and trying a model."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

import crewlab
from crewlab.commands.handing_over import FAILED
from crewlab.commands.terminal import answer, answer_json, say, show_table
from crewlab.errors import CommandError

models = typer.Typer(
    help="Model profiles: models with parameters, server and limits, under a name.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Name = Annotated[str, typer.Argument(help="The name of the profile, such as fast.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the results as JSON.")]
Parameters = Annotated[
    list[str] | None, typer.Option("--parameter", "-p", help="NAME=VALUE, such as temperature=0.2; as often as needed.")
]

_LIMIT = "For all executions together."


@models.command("list")
def list_models(as_json: AsJson = False) -> None:
    """Show all model profiles."""
    with crewlab.open() as lab:
        profiles = lab.model_profiles()
    if as_json:
        answer_json([profile.model_dump(exclude_defaults=True) for profile in profiles])
    elif profiles:
        rows = [
            (one.name, one.model, one.base_url or "", one.api_key or "", json.dumps(one.parameters), one.note)
            for one in profiles
        ]
        show_table(("name", "model", "base URL", "key", "parameters", "note"), rows)
    else:
        say("There are no model profiles. Add one: python -m crewlab models add fast openai/gpt-4o-mini")


@models.command("add")
def add_model(
    name: Name,
    model: Annotated[str, typer.Argument(help="Provider and name, such as openai/gpt-4o-mini.", show_default=False)],
    base_url: Annotated[str | None, typer.Option("--base-url", help="A server of your own.")] = None,
    secret: Annotated[str | None, typer.Option("--secret", help="The stored secret that is the key.")] = None,
    parameters: Parameters = None,
    requests: Annotated[int | None, typer.Option("--requests-per-minute", min=1, help=_LIMIT)] = None,
    tokens: Annotated[int | None, typer.Option("--tokens-per-minute", min=1, help=_LIMIT)] = None,
    note: Annotated[str, typer.Option("--note", help="For people.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of the one of this name.")] = False,
) -> None:
    """Keep a model profile."""
    with crewlab.open() as lab:
        lab.save_model_profile(
            name,
            model,
            base_url=base_url,
            api_key=f"${{secret:{secret}}}" if secret else None,
            parameters=_parameters(parameters or []),
            requests_per_minute=requests,
            tokens_per_minute=tokens,
            note=note,
            instead_of=name if replace else None,
        )
    say(f"{name}: {'replaced' if replace else 'added'}.")


@models.command("test")
def try_model(
    model: Annotated[str, typer.Argument(help="A profile, or a model such as openai/gpt-4o-mini.", show_default=False)],
    base_url: Annotated[str | None, typer.Option("--base-url", help="A server of your own.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask a model one short question: one tiny call."""
    with crewlab.open() as lab:
        trial = lab.test_model({"model": model, "base_url": base_url} if base_url else model)
    if as_json:
        answer_json(vars(trial))
    elif trial.ok:
        used = "" if trial.input_tokens is None else f", {trial.input_tokens} + {trial.output_tokens} tokens"
        answer(trial.answer)
        say(f"{model} answered in {trial.latency_seconds:.2f} s{used}.")
    else:
        say(" ".join(text for text in (trial.error, trial.hint) if text))
        say(trial.raw_error or "The model was not asked.")
    raise typer.Exit(0 if trial.ok else FAILED)


@models.command("delete")
def delete_model(
    name: Name,
    force: Annotated[bool, typer.Option("--force", help="Delete it although definitions name it.")] = False,
) -> None:
    """Forget a model profile; one that definitions name stays, unless --force is said."""
    with crewlab.open() as lab:
        users = lab.model_profile_users(name)
        if users and not force:
            raise CommandError(
                f"The model profile {name!r} is used by {'; '.join(users)}.", "Say --force to delete it."
            )
        lab.delete_model_profile(name, even_if_used=force)
    say(f"{name}: deleted.")


def _parameters(texts: list[str]) -> dict[str, Any]:
    """Values are JSON where they can be, and text otherwise."""
    values: dict[str, Any] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not separator or not name.strip():
            raise CommandError(f"--parameter {text!r} is not NAME=VALUE.", "For example: -p temperature=0.2")
        try:
            values[name.strip()] = json.loads(value)
        except ValueError:
            values[name.strip()] = value
    return values
