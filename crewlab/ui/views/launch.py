"""Run a crew or a flow once, or over every row of a table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.checks import for_replay
from crewlab.definitions.flows.state import StateContract
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.models import with_planning
from crewlab.errors import CrewLabError, DefinitionNotFoundError, InputsError
from crewlab.ui.components.act_button import act_button
from crewlab.ui.components.definitions.problem_list import show_problems
from crewlab.ui.components.empty_state import empty_state
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.formats import plural
from crewlab.ui.components.launch.choice import choose_form
from crewlab.ui.components.launch.example import example_inputs, example_state, example_table
from crewlab.ui.components.launch.forecast import confirm_forecast
from crewlab.ui.components.launch.form import inputs_form
from crewlab.ui.components.launch.options import choose_options
from crewlab.ui.components.launch.plan import LaunchPlan
from crewlab.ui.components.launch.state import state_inputs
from crewlab.ui.components.launch.state_table import state_table
from crewlab.ui.components.launch.table import inputs_table
from crewlab.ui.components.launch.training import training_button
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.unique_labels import free_label
from crewlab.ui.links import go_once, keep_address, link
from crewlab.ui.state import forget, parameter, remember, remembered

if TYPE_CHECKING:
    from crewlab.definitions.problem import Problem
    from crewlab.definitions.version import DefinitionSummary, DefinitionVersion
    from crewlab.executions.cassette import Cassette
    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

ONE = ":material/edit_note: One execution"
_NAME = "launch.batch_name"
TABLE = ":material/table_rows: A table of inputs"


def render(lab: Lab) -> None:
    """Draw the page; `?definition=` chooses what to run, `?like=` fills in the inputs of an earlier execution."""
    keep_address("launch", "definition", "like")
    st.title("Launch")
    st.caption("Choose what to run, give it its inputs, and run it in the background. You can leave the page any time.")
    definitions = _offered(lab.definitions.list(archived=None))
    if not definitions:
        with empty_state("No definitions yet", "There is nothing to run.", ":material/groups:"):
            link("definitions", "Go to Definitions", ":material/groups:")
        return
    like = _execution_like(lab)
    version = _choose_version(lab, definitions)
    if version is None:
        return
    plan = _choose_inputs(lab, version, like)
    options, repeats = choose_options(lab, version)
    _run(lab, version, _repeated(lab, version, plan, repeats), options)


def _offered(definitions: list[DefinitionSummary]) -> list[DefinitionSummary]:
    """Those in use, and one of the archive where the address names it."""
    wanted = parameter("definition")
    return [one for one in definitions if one.archived_at is None or wanted in (one.definition_id, one.name)]


def _choose_version(lab: Lab, definitions: list[DefinitionSummary]) -> DefinitionVersion | None:
    """The chosen version; none while the address names a crew that does not exist and nobody has chosen another."""
    wanted = parameter("definition")
    index = next((i for i, one in enumerate(definitions) if wanted in (one.definition_id, one.name)), None)
    if wanted and index is None:
        error_box(DefinitionNotFoundError(wanted, [one.name for one in definitions]))
    left, right = st.columns([3, 1])
    with left:
        chosen = st.selectbox(
            "Crew or flow",
            definitions,
            index=index if wanted else 0,
            format_func=lambda one: f"{one.name} (flow)" if one.kind == "flow" else one.name,
            key=f"launch.definition.{wanted}",
            placeholder="Choose a crew or a flow",
        )
    if chosen is None:
        return None
    numbers = [one.number for one in lab.definitions.versions(chosen.definition_id)]
    numbers.sort(reverse=True)
    with right:
        key = f"launch.version.{chosen.definition_id}"
        number = st.selectbox(
            "Version",
            numbers,
            numbers.index(remembered(key, numbers[0])),
            format_func=lambda number: f"{number} (latest)" if number == numbers[0] else str(number),
            key=key,
        )
    if chosen.description:
        st.caption(escape(chosen.description))
    return lab.definitions.version(chosen.definition_id, number)


def _choose_inputs(lab: Lab, version: DefinitionVersion, like: Execution | None) -> LaunchPlan:
    """What the chosen inputs would run: placeholders of a crew, or the initial state of a flow."""
    choose = _choose_state if kind_of(version.document) == "flow" else _choose_values
    return choose(lab, version, like)


def _choose_state(lab: Lab, version: DefinitionVersion, like: Execution | None) -> LaunchPlan:
    contract, key = StateContract(version.document), f"launch.{version.definition_id}.{version.number}"
    with st.container(border=True):
        mode = ONE
        if contract.asked:
            mode = choose_form("Inputs", [ONE, TABLE], key=f"{key}.mode")
        if mode != TABLE:
            values = example_state(lab, version.name, contract) if like is None else like.inputs
            return state_inputs(contract, values, key=f"{key}.state.{parameter('like')}")
        example = example_table(lab, version.name)
        return _named(lab, version, lambda: state_table(lab, contract, example, key=f"{key}.table"), key)


def _choose_values(lab: Lab, version: DefinitionVersion, like: Execution | None) -> LaunchPlan:
    placeholders = lab.definitions.placeholders(version.document)
    defaults = _defaults(lab, version, placeholders, like)
    key = f"launch.{version.definition_id}"
    with st.container(border=True):
        mode = ONE
        if placeholders:
            mode = choose_form("Inputs", [ONE, TABLE], key=f"{key}.mode")
        if mode != TABLE:
            return inputs_form(placeholders, defaults, key=f"{key}.input.{parameter('like') or ''}")
        own, example = _own_inputs(version), example_table(lab, version.name)
        return _named(lab, version, lambda: inputs_table(lab, placeholders, own, example, key=f"{key}.table"), key)


def _named(lab: Lab, version: DefinitionVersion, choose: Callable[[], LaunchPlan], key: str) -> LaunchPlan:
    """The plan of a table, with the name of its batch; a table that cannot be used says why."""
    try:
        plan = choose()
    except InputsError as error:
        error_box(error)
        return LaunchPlan(blocked="Choose another table.")
    default = _batch_name(lab, version)
    widget = f"{key}.batch.{default}"
    name = st.text_input(
        "Name of the batch", remembered(widget, default), key=widget, max_chars=200, persist_state="page"
    )
    return replace(plan, batch_name=(name or "").strip() or default)


def _defaults(
    lab: Lab, version: DefinitionVersion, placeholders: Collection[str], like: Execution | None
) -> Mapping[str, Any]:
    """The inputs of the execution that `?like=` names; else the document's own, then an example's first row."""
    if like is not None:
        return like.inputs
    return {**example_inputs(lab, version.name, placeholders), **_own_inputs(version)}


def _own_inputs(version: DefinitionVersion) -> dict[str, Any]:
    """The defaults that the document itself has."""
    return dict(version.document.get("inputs") or {})


def _execution_like(lab: Lab) -> Execution | None:
    """The execution that `?like=` names; of one that there is not the page says so, whatever else it shows."""
    like = parameter("like")
    if like is None:
        return None
    try:
        return lab.execution(like)
    except CrewLabError as error:
        error_box(error)
        return None


def _batch_name(lab: Lab, version: DefinitionVersion) -> str:
    """A name for the next batch that no other has; it stays while the page is being filled in."""
    key = f"{_NAME}.{version.definition_id}.{version.number}"
    if remembered(key) is None:
        wanted = f"{version.name} v{version.number} · {datetime.now(UTC):%d %b %H:%M} UTC"
        remember(key, free_label(wanted, [batch.name for batch in lab.batches()]))
    return str(remembered(key))


def _repeated(lab: Lab, version: DefinitionVersion, plan: LaunchPlan, repeats: int) -> LaunchPlan:
    """The plan with each row as often as wanted; more than one execution are a batch."""
    if repeats == 1:
        return plan
    return replace(plan, rows=plan.rows * repeats, batch_name=plan.batch_name or _batch_name(lab, version))


def _run(lab: Lab, version: DefinitionVersion, plan: LaunchPlan, options: dict[str, Any]) -> None:
    has_errors = show_problems(_problems(lab, version, options), definition_id=version.definition_id)
    blocked = plan.blocked
    if plan.rows and not blocked and not has_errors and not _needs_no_model(options):
        blocked = confirm_forecast(lab, version, len(plan.rows), options, key=f"launch.{version.definition_id}")
    with st.container(horizontal=True, vertical_alignment="center"):
        clicked = act_button(
            "Run" if plan.batch_name is None else f"Run {plural(len(plan.rows), 'row')}",
            type="primary",
            icon=":material/play_arrow:",
            key=f"launch.run.{version.definition_id}.{version.number}",
            disabled=bool(blocked) or has_errors,
        )
        if plan.batch_name is None and kind_of(version.document) == "crew":
            training_button(
                partial(_train, lab, version, plan, options), key="launch.train", disabled=bool(blocked) or has_errors
            )
        if blocked:
            st.caption(blocked)
    if clicked:
        _launch(lab, version, plan, options)


def _problems(lab: Lab, version: DefinitionVersion, options: dict[str, Any]) -> list[Problem]:
    is_crew = kind_of(version.document) == "crew"
    document = with_planning(version.document, options["planning"]) if is_crew else version.document
    problems = lab.definitions.check(dict(document), llm=options["llm"], llms=options["llms"])
    cassette: Cassette | None = options["cassette"]
    return for_replay(problems) if cassette is not None and cassette.is_replay else problems


def _needs_no_model(options: dict[str, Any]) -> bool:
    cassette: Cassette | None = options["cassette"]
    return cassette is not None and cassette.needs_no_model


def _train(lab: Lab, version: DefinitionVersion, plan: LaunchPlan, options: dict[str, Any], iterations: int) -> None:
    handle = lab.launch_training(version, plan.rows[0], iterations=iterations, **options)
    go_once("execution", id=handle.execution_id)


def _launch(lab: Lab, version: DefinitionVersion, plan: LaunchPlan, options: dict[str, Any]) -> None:
    if plan.batch_name is None:
        handle = lab.launch(version, plan.rows[0], **options)
        go_once("execution", id=handle.execution_id)
    forget(f"{_NAME}.{version.definition_id}.{version.number}")
    batch = lab.launch_batch(version, plan.rows, name=plan.batch_name, **options)
    go_once("executions", batch=batch.batch_id)
