"""Classes of answers as JSON Schema: what pydantic would say, as far as the text says it, and never by running it."""

from __future__ import annotations

import ast

import pytest
from pydantic import TypeAdapter

from crewlab.definitions.interchange.python_schemas import NoSchemaError, schema_of

HEAD = (
    "from pydantic import BaseModel, Field\nfrom typing import *\nfrom enum import Enum\n"
    "from datetime import date, time\nfrom pathlib import Path\nfrom uuid import UUID\n"
)
BODIES = [
    "    a: str\n    b: int = 3\n    c: float = Field(default=0.5, description='Share')\n    d: bool",
    "    a: list[str]\n    b: dict[str, int]\n    c: Optional[str] = None\n    d: str | None = None",
    "    a: Literal['x', 'y']\n    b: Union[int, str]\n    c: Annotated[str, 'told']\n    d: date",
    "    a: List[Dict[str, float]] = Field(..., description='All')\n    b: Any = None",
    "    a: 'str'\n    b: list['int']",
    "    a: int = Field(ge=-1, lt=10)\n    b: float = Field(0.5, gt=0, le=1)\n    c: str = Field(max_length=2)",
    "    a: list[str] = Field(min_length=1, max_length=3)\n    b: Annotated[int, Field(ge=1, description='Count')]",
    "    a: Path\n    b: UUID\n    c: set[int]\n    d: tuple[int, ...]\n    e: Path | None = None\n    f: time",
]


def read(source: str, name: str = "Answer") -> dict:
    classes = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}
    return schema_of(name, classes)


def plain(schema: object) -> object:
    """Without what pydantic writes beside the meaning."""
    if isinstance(schema, list):
        return [plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "const" in schema:
        return {"enum": [schema["const"]]}
    kept = {key: plain(item) for key, item in schema.items() if key not in ("title", "default")}
    if "enum" in kept:
        kept.pop("type", None)
    if kept.get("additionalProperties") is True:
        kept.pop("additionalProperties")
    return kept


@pytest.mark.parametrize("body", BODIES)
def test_the_schema_is_that_of_pydantic(body):
    """Types, what may be left out, and descriptions."""
    source = f"{HEAD}class Answer(BaseModel):\n    'What it is.'\n{body}\n"
    names: dict = {}
    exec(compile(source, "answer", "exec", dont_inherit=True), names)  # a text of ours, to ask pydantic itself
    assert plain(read(source)) == plain(TypeAdapter(names["Answer"]).json_schema())


def test_a_tuple_of_several_kinds_takes_each_of_them():
    """It said the first alone."""
    source = "class Answer(BaseModel):\n    pair: tuple[int, str]\n"
    assert read(source)["properties"]["pair"]["items"] == {"anyOf": [{"type": "integer"}, {"type": "string"}]}


def test_classes_within_classes_are_written_out():
    """Also inherited fields and choices; defaults that are written out are kept."""
    source = (
        f"{HEAD}class Kind(Enum):\n    A = 'a'\n    B = 'b'\n"
        "class Base(BaseModel):\n    name: str = 'x'\n"
        "class Answer(Base):\n    kind: Kind\n    others: list[Base]\n"
    )
    properties = read(source)["properties"]
    assert properties["name"] == {"type": "string", "default": "x"}
    assert properties["kind"] == {"enum": ["a", "b"]}
    assert properties["others"]["items"]["properties"] == {"name": {"type": "string", "default": "x"}}


@pytest.mark.parametrize(
    "body",
    ["    a: Callable[[int], str]", "    a: Elsewhere", "    a: 'Answer'", "    pass", "    a: list[conint(gt=1)]"],
)
def test_what_the_text_does_not_say_is_no_schema(body):
    """Functions, classes of other packages, classes in a circle."""
    with pytest.raises(NoSchemaError):
        read(f"class Answer(BaseModel):\n{body}\n")
