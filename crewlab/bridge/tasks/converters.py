"""Converters of one's own: an allowed class of crewAI's shape turns an answer into the object of a schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from crewai.utilities.converter import Converter, ConverterError, get_conversion_instructions
from pydantic import BaseModel, ValidationError

from crewlab.errors import CodeError

if TYPE_CHECKING:
    from crewlab.bridge.callables import Callables
    from crewlab.bridge.llms.recorded import RecordedModel
    from crewlab.definitions.crew import TaskDocument


class OwnConverter:
    """The `converter_cls` of one task. Its model calls are recorded like any other."""

    def __init__(self, task: TaskDocument, code: Callables) -> None:
        self._code, self._is_json = code, task.output_json is not None
        self._reference = task.converter_cls if isinstance(task.converter_cls, dict) else {}
        self._what = f"The converter of task {task.name!r}"

    async def convert(self, text: str, schema: type[BaseModel], model: RecordedModel) -> BaseModel:
        """The object that the converter makes of `text`.

        Raises:
            CodeError: It fails, takes too long, or makes something that does not fit the schema.
        """
        instructions = get_conversion_instructions(schema, model)

        def made(converter: Callable[..., Any]) -> Any:
            return self._asked(converter(llm=model, text=text, model=schema, instructions=instructions))

        return self._fitting(await self._code.use(self._reference, self._what, made), schema)

    def _asked(self, converter: Any) -> Any:
        """crewAI's own way to JSON would ask a model past the recording, so only one that was written anew is taken."""
        own_json = type(converter).to_json is not Converter.to_json
        return converter.to_json() if self._is_json and own_json else converter.to_pydantic()

    def _fitting(self, made: Any, schema: type[BaseModel]) -> BaseModel:
        if isinstance(made, ConverterError):
            raise CodeError(f"{self._what} failed: {made.message[:500]}", "Correct the code, or take it out.")
        try:
            if isinstance(made, BaseModel):
                made = made.model_dump()
            return schema.model_validate_json(made) if isinstance(made, str) else schema.model_validate(made)
        except ValidationError as error:
            said = error.errors(include_url=False)[0]
            where = ".".join(map(str, said["loc"])) or "the object"
            hint = "It has to give the schema's object, as an object, a dict or JSON text."
            raise CodeError(
                f"{self._what} made something else than the schema: {where}: {said['msg']}.", hint
            ) from None


def converter_of(task: TaskDocument, code: Callables) -> OwnConverter | None:
    """The converter that a task names, where it has a schema."""
    return OwnConverter(task, code) if task.converter_cls and task.answer_schema else None
