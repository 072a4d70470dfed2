"""Crews as people write them in Python around their YAML: read from the text, and never run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crewlab.definitions.interchange import python_crews
from crewlab.definitions.interchange.found import FoundDefinition
from crewlab.definitions.interchange.understanding import understand
from crewlab.errors import DocumentError
from tests.definitions.interchange.projects import files

AGENTS = b"""
cook: {role: Cook, goal: "Cook {dish}", backstory: Calm}
chef: {role: Chef, goal: Lead, backstory: Loud}
"""
TASKS = b"""
plan: {description: "Plan {dish}", expected_output: A plan, agent: cook}
fry: {description: "Fry {dish}", expected_output: Food, agent: cook}
"""
AGENT = '    @agent\n    def cook(self): return Agent(config=self.agents_config["cook"]{more})\n'
TASK = '    @task\n    def {name}(self): return Task(config=self.tasks_config["{name}"]{more})\n'
CREW = "    @crew\n    def crew(self): return Crew(agents=self.agents, tasks=self.tasks{more})\n"


def kitchen(*methods: str, before: str = "", head: str = "", **others: str) -> dict[str, bytes]:
    """A project whose class has these methods, with `before` above it and `head` at its beginning."""
    code = f"{before}\n@CrewBase\nclass Kitchen:\n{head}    pass\n{''.join(methods)}"
    yaml = {"src/kitchen/config/agents.yaml": AGENTS, "src/kitchen/config/tasks.yaml": TASKS}
    return {**yaml, "src/kitchen/crew.py": code.encode(), **{path: text.encode() for path, text in others.items()}}


def one(contents: dict[str, bytes]) -> FoundDefinition:
    (found,) = understand(files(contents)).definitions
    return found


def agent(*, more: str = "", before: str = "", head: str = "", **others: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What becomes of the cook that is made with more, and what is said of it."""
    whole = kitchen(
        AGENT.format(more=more),
        TASK.format(name="plan", more=""),
        CREW.format(more=""),
        before=before,
        head=head,
        **others,
    )
    found = one(whole)
    return found.document["agents"]["cook"], {note.where: note.what for note in found.notes}


def method_of(name: str, *lines: str, kind: str = "agent") -> str:
    """A method that crewAI's decorator marks."""
    return "".join(f"    {line}\n" for line in (f"@{kind}", f"def {name}(self):", *(f"    {line}" for line in lines)))


PLAIN = (AGENT.format(more=""), TASK.format(name="plan", more=""), CREW.format(more=""))


@pytest.mark.parametrize(
    "said",
    [
        '"recipes/cooks.yaml"',
        '"../kitchen/recipes/cooks.yaml"',
        'str(Path(__file__).parent / "recipes" / "cooks.yaml")',
        'yaml.safe_load(Path("recipes/cooks.yaml").read_text())',
        'load("D:\\\\kitchen\\\\recipes\\\\cooks.yaml")',
    ],
)
def test_yaml_of_any_name_is_found(said):
    """As crewAI finds it, or by the end of the path that the code puts together."""
    whole = kitchen(*PLAIN, head=f"    agents_config = {said}\n")
    whole["src/kitchen/recipes/cooks.yaml"] = whole.pop("src/kitchen/config/agents.yaml")
    found = one(whole)
    assert (found.name, found.document["agents"]["cook"]["role"]) == ("kitchen", "Cook")


def test_yaml_that_is_not_there_is_asked_for():
    """A class without its texts is no definition; beside others it is only noted."""
    whole = kitchen(*PLAIN)
    del whole["src/kitchen/config/agents.yaml"]
    with pytest.raises(DocumentError, match=r"Kitchen has its texts in config/agents\.yaml.*import its folder"):
        understand(files(whole))
    other = {path.replace("src/", "more/"): data for path, data in kitchen(*PLAIN).items()}
    understood = understand(files(whole | other))
    assert [note.where for note in understood.left_out] == ["src/kitchen/crew.py"]


def test_several_classes_with_the_same_yaml_are_as_many_crews():
    """Each named by its class; what another one uses is not called left out."""
    second = (
        '@CrewBase\nclass NightShift:\n    @task\n    def fry(self): return Task(config=self.tasks_config["fry"])\n'
    )
    whole = kitchen(*PLAIN)
    whole["src/kitchen/crew.py"] += b"\n" + second.encode()
    found = understand(files(whole)).definitions
    assert [(each.name, [task["name"] for task in each.document["tasks"]]) for each in found] == [
        ("kitchen", ["plan"]),
        ("night_shift", ["fry"]),
    ]
    assert [note for each in found for note in each.notes] == []


@pytest.mark.parametrize(
    "config",
    [
        'dict(self.agents_config["chef"])',
        'self.agents_config.get("chef")',
        'filled(self.agents_config["chef"], 3)',
        '{**self.agents_config["chef"], "verbose": True}',
    ],
)
def test_an_entry_of_the_yaml_is_found_however_it_is_wrapped(config):
    """At once, or over a variable."""
    for lines in (f"return Agent(config={config})", f"body = {config}\n        return Agent(config=body)"):
        method = f"    @agent\n    def cook(self):\n        {lines}\n"
        assert one(kitchen(method, *PLAIN[1:])).document["agents"]["cook"]["role"] == "Chef"


def test_fields_taken_one_by_one_from_the_yaml_are_those_of_the_yaml():
    """As `role=self.agents_config["chef"]["role"]`."""
    fields = ", ".join(f'{name}=self.agents_config["chef"]["{name}"]' for name in ("role", "goal", "backstory"))
    method = f"    @agent\n    def cook(self): return Agent({fields}, max_iter=3)\n"
    found = one(kitchen(method, *PLAIN[1:]))
    assert found.document["agents"]["cook"] == {"role": "Chef", "goal": "Lead", "backstory": "Loud", "max_iter": 3}


@pytest.mark.parametrize(
    ("before", "head"),
    [
        ("", '    model = LLM(model="openai/gpt-4o", temperature=0.2)\n'),
        ("", '    def __init__(self):\n        self.model = LLM(model="openai/gpt-4o", temperature=0.2)\n'),
        ('made = LLM("openai/gpt-4o", temperature=0.2, api_key=os.getenv("OPENAI_API_KEY"))', "    model = made\n"),
        ("from langchain_openai import ChatOpenAI", '    model = ChatOpenAI(model_name="gpt-4o", temperature=0.2)\n'),
        ("from kitchen.llms import best", "    model = best()\n"),
        ("from kitchen.llms import BEST", "    model = BEST\n"),
    ],
)
def test_a_model_is_found_where_the_class_has_it(before, head):
    """In the class, in what makes it, in the file, and in another file."""
    made = "LLM(model=NAME, temperature=0.2)"
    llms = f'from crewai import LLM\nNAME = "openai/gpt-4o"\nBEST = {made}\ndef best():\n    return {made}\n'
    cook, _ = agent(more=", llm=self.model", before=before, head=head, **{"src/kitchen/llms.py": llms})
    assert cook["llm"]["model"].endswith("gpt-4o")
    assert cook["llm"]["temperature"] == 0.2
    assert "api_key" not in cook["llm"]


def test_a_setting_that_cannot_be_read_costs_the_model_nothing_else():
    """Only that setting is left out, and said."""
    cook, said = agent(more=', llm=LLM(model="openai/gpt-4o", temperature=warmth(), seed=1)')
    assert cook["llm"] == {"model": "openai/gpt-4o", "seed": 1}
    assert "warmth()" in said["agents.cook.llm.temperature"]


@pytest.mark.parametrize(
    ("key", "kept", "word"),
    [
        ('os.environ["KITCHEN_KEY"]', "${secret:KITCHEN_KEY}", "secret KITCHEN_KEY"),
        ('os.getenv("OPENAI_API_KEY")', None, ""),
        ('"sk-written-in-the-code"', None, "a key stands in the code"),
        ('config["KITCHEN_KEY"]', "${secret:KITCHEN_KEY}", "secret KITCHEN_KEY"),
        ("settings.KITCHEN_KEY", "${secret:KITCHEN_KEY}", "secret KITCHEN_KEY"),
        ("ask()", None, "known only when Python runs"),
    ],
)
def test_a_key_of_its_own_becomes_the_name_of_a_secret(key, kept, word):
    """That of the provider is where keys are, and one that stands in the code comes nowhere."""
    for before, given in (("", key), (f"GIVEN = {key}", "GIVEN")):
        cook, said = agent(more=f', llm=LLM(model="openai/gpt-4o", seed=1, api_key={given})', before=before)
        assert cook["llm"].get("api_key") == kept
        assert word in said.get("agents.cook.llm.api_key", "")
    assert "sk-written" not in str((cook, said))


@pytest.mark.parametrize(
    ("tools", "kept"),
    [
        ("self.shared + [FileReadTool()]", ["SerperDevTool", "FileReadTool"]),
        ("[*self.shared, FileReadTool()]", ["SerperDevTool", "FileReadTool"]),
        ("[FileReadTool(), registry.get('nuts')]", ["FileReadTool"]),
        ("self.get_mcp_tools('find') + [FileReadTool()]", ["FileReadTool"]),
        ("[FileReadTool()] if RICH else []", ["FileReadTool"]),
    ],
)
def test_what_can_be_read_of_a_list_of_tools_stays(tools, kept):
    """The rest is noted; nothing that is no tool becomes one."""
    cook, said = agent(more=f", tools={tools}", head="    shared = [SerperDevTool()]\n")
    assert cook["tools"] == kept
    assert ("agents.cook.tools" in said) == (len(kept) == 1)


def test_tools_that_are_added_later_count():
    """Under a condition, too; then it is said."""
    method = method_of(
        "cook",
        "tools = [FileReadTool()]",
        "tools.append(SerperDevTool())",
        "if RICH:",
        "    tools += [VisionTool()]",
        'return Agent(config=self.agents_config["cook"], tools=tools)',
    )
    found = one(kitchen(method, *PLAIN[1:]))
    assert found.document["agents"]["cook"]["tools"] == ["FileReadTool", "SerperDevTool", "VisionTool"]
    assert [str(note) for note in found.notes if note.where == "agents.cook.tools"] == [
        "agents.cook.tools: VisionTool() is taken over; Python adds it only under a condition"
    ]


def test_tools_of_the_project_itself_are_told_from_those_of_crewai():
    """Also where they have the name of one."""
    before = "from crewai_tools import FileReadTool\nfrom kitchen.tools import weigh, TavilySearchTool"
    cook, said = agent(more=", tools=[FileReadTool(), weigh, TavilySearchTool()]", before=before)
    assert cook["tools"] == ["FileReadTool", "weigh", "TavilySearchTool"]
    assert said["agents.cook.tools"].endswith("crewAI's own of this name is in its place")


@pytest.mark.parametrize(
    "lines",
    [
        (
            'boss = Agent(config=self.agents_config["chef"])',
            "return Crew(agents=self.agents, tasks=self.tasks, manager_agent=boss)",
        ),
        ("return Crew(agents=[self.cook()], tasks=self.tasks, manager_agent=self.boss())",),
    ],
)
def test_a_manager_that_is_not_among_the_agents_comes_along(lines):
    """Whether it is made on the spot, or by a method that no decorator marks."""
    boss = '    def boss(self): return Agent(config=self.agents_config["chef"])\n'
    crew = method_of("crew", *lines, kind="crew")
    document = one(kitchen(*PLAIN[:2], boss, crew)).document
    assert (document["manager_agent"], document["agents"]["boss"]["role"]) == ("boss", "Chef")


def test_agents_and_tasks_over_variables_are_those_behind_them():
    """In the list of the crew, in a context, and kept in an attribute."""
    plan = method_of("plan", 'self.kept = Task(config=self.tasks_config["plan"])', "return self.kept", kind="task")
    fry = method_of(
        "fry",
        "before = [self.kept]",
        'return Task(config=self.tasks_config["fry"], context=before)',
        kind="task",
    )
    crew = method_of(
        "crew",
        "first = self.plan()",
        "return Crew(agents=[self.cook()], tasks=[first, self.fry()])",
        kind="crew",
    )
    found = one(kitchen(PLAIN[0], plan, fry, crew))
    assert [(task["name"], task.get("context")) for task in found.document["tasks"]] == [
        ("plan", None),
        ("fry", ["plan"]),
    ]


def test_agents_that_only_running_would_choose_are_all_kept():
    """And it is said."""
    crew = CREW.format(more="").replace("self.agents", "[a for a in self.agents if a.role != 'Chef']")
    (note,) = one(kitchen(*PLAIN[:2], crew)).notes[:1]
    assert (note.where, note.what[:11]) == ("crew.agents", "all of them")


def test_the_inputs_of_the_script_are_filled_in():
    """Those that the crew asks for; one that is known only when the script runs is said to be missing."""
    main = (
        "from kitchen.crew import Kitchen\nDISH = 'soup'\n"
        "def run():\n    given = {'dish': DISH, 'guest': input(), 'more': 1}\n"
        "    Kitchen().crew().kickoff(inputs=given)\n"
    )
    found = one(kitchen(*PLAIN, **{"src/kitchen/main.py": main}))
    assert found.document["inputs"] == {"dish": "soup"}
    assert [str(note) for note in found.notes if note.where == "inputs"] == [
        "inputs: dish as src/kitchen/main.py gives it"
    ]


def test_the_inputs_of_another_crew_are_not_filled_in():
    """A script may start several."""
    main = (
        "from kitchen.crew import Kitchen\nfrom x import Other\nOther().crew().kickoff({'dish': 'soup'})\nKitchen()\n"
    )
    assert "inputs" not in one(kitchen(*PLAIN, **{"src/kitchen/main.py": main})).document


@pytest.mark.parametrize(
    ("output", "kept"),
    [
        ('f"{FOLDER}/plan.md"', "out/plan.md"),
        ('os.path.join(FOLDER, "plan.md")', "out/plan.md"),
        ('FOLDER + "/plan.md"', "out/plan.md"),
        ("str(FOLDER)", "out"),
        ('f"{now()}.md"', None),
        ('f"{3:>5}.md"', None),
    ],
)
def test_texts_that_are_put_together_are_read_where_each_part_is_known(output, kept):
    """The name of a file, for instance."""
    task = TASK.format(name="plan", more=f", output_file={output}")
    found = one(kitchen(PLAIN[0], task, PLAIN[2], before='FOLDER = "out"'))
    assert found.document["tasks"][0].get("output_file") == kept
    assert (kept is None) == any(note.where == "tasks.plan.output_file" for note in found.notes)


def test_what_python_puts_into_a_text_becomes_a_placeholder():
    """So that a person gives it at a launch."""
    made = 'return Task(description=f"Plan for {guests}", expected_output="A plan", agent=self.cook())'
    method = method_of("plan", made, kind="task")
    found = one(kitchen(PLAIN[0], method, PLAIN[2]))
    assert found.document["tasks"][0]["description"] == "Plan for {guests}"
    assert "guests: given at launch" in str(found.notes)


def test_a_branch_that_makes_another_is_said():
    """The last statement counts."""
    method = method_of(
        "cook",
        'if RICH: return Agent(config=self.agents_config["chef"])',
        'return Agent(config=self.agents_config["cook"])',
    )
    found = one(kitchen(method, *PLAIN[1:]))
    assert found.document["agents"]["cook"]["role"] == "Cook"
    assert "can make it in other ways, too" in str(found.notes)


def test_the_mistake_in_the_code_is_named():
    """With its line, so that it can be corrected."""
    whole = kitchen(*PLAIN) | {"src/kitchen/crew.py": b"@CrewBase\nclass Kitchen(:\n"}
    (note,) = understand(files(whole)).left_out
    assert str(note).startswith("src/kitchen/crew.py: Python code with a mistake in it (line 2: ")


def test_values_that_grow_without_end_are_left_out():
    """Each name doubled by the next: what would become of it is never put together."""
    bomb = "A0 = 'x' * 1\nA0 = 'xxxxxxxxxxxxxxxx'\n" + "".join(f"A{n} = A{n - 1} + A{n - 1}\n" for n in range(1, 30))
    task = TASK.format(name="plan", more=", output_file=A29")
    found = one(kitchen(PLAIN[0], task, PLAIN[2], before=bomb))
    assert "output_file" not in found.document["tasks"][0]


def test_a_class_within_the_class_can_be_the_answer():
    """As crewAI's decorators for answers have it."""
    head = "    @output_json\n    class Meal(BaseModel):\n        name: str\n"
    tasks = TASKS.replace(b"expected_output: A plan", b"expected_output: A plan, output_json: Meal")
    found = one(kitchen(*PLAIN, head=head) | {"src/kitchen/config/tasks.yaml": tasks})
    assert found.document["tasks"][0]["output_json"]["properties"] == {"name": {"type": "string"}}


def test_a_schema_in_a_file_can_be_the_answer():
    """As crewAI's platform exports it."""
    task = TASK.format(name="plan", more=', output_json=self._load("meal")')
    schema = {"type": "object", "properties": {"name": {"type": "string"}}}
    whole = kitchen(PLAIN[0], task, PLAIN[2], **{"src/kitchen/config/meal.json": json.dumps(schema)})
    assert one(whole).document["tasks"][0]["output_json"] == schema


def test_the_name_of_a_task_is_that_by_which_others_refer_to_it():
    """Another one in its fields is said, and left out."""
    tasks = b"plan: {name: Planning, description: Plan, expected_output: A plan}\n"
    tasks += b"fry: {description: Fry, expected_output: Food, context: [plan]}\n"
    fry = TASK.format(name="fry", more="")
    for methods in (PLAIN, (*PLAIN[:2], fry, PLAIN[2])):
        found = one(kitchen(*methods) | {"src/kitchen/config/tasks.yaml": tasks})
        assert found.document["tasks"][0]["name"] == "plan"
        assert "left out: 'Planning'" in str(found.notes)


@pytest.mark.parametrize(
    "agents",
    [
        b"- {name: cook, role: Cook, goal: Cook, backstory: Calm}\n",
        b"agents:\n  cook: {role: Cook, goal: Cook, backstory: Calm}\n",
        b"agents:\n- {name: cook, role: Cook, goal: Cook, backstory: Calm}\n",
        b"version: 2\nempty:\ncook: {role: Cook, goal: Cook, backstory: Calm}\n",
    ],
)
def test_yaml_of_other_shapes_is_read(agents):
    """A list, all under one heading, and with entries beside them that hold nothing."""
    found = one(kitchen(*PLAIN) | {"src/kitchen/config/agents.yaml": agents})
    assert found.document["agents"]["cook"]["role"] == "Cook"
    left_out = [note.where for note in found.notes if note.what == "left out: it has no fields"]
    assert left_out == (["agents.version", "agents.empty"] if b"version" in agents else [])


def test_a_name_that_is_there_twice_in_a_list_is_refused():
    """None of the two is lost unseen."""
    agents = b"- {name: cook, role: Cook}\n- {name: cook, role: Chef}\n"
    with pytest.raises(DocumentError, match="has a name twice"):
        understand(files(kitchen(*PLAIN) | {"src/kitchen/config/agents.yaml": agents}))


def test_a_callback_that_yaml_names_is_the_method_of_that_name():
    """Kept as a reference to code, as it is where the code itself names it."""
    head = "    @callback\n    def tell(self, output): print(output)\n"
    tasks = TASKS.replace(b"expected_output: A plan", b"expected_output: A plan, callback: tell")
    found = one(kitchen(*PLAIN, head=head) | {"src/kitchen/config/tasks.yaml": tasks})
    assert found.document["tasks"][0]["callback"] == {"python": "crew:Kitchen.tell"}


def test_the_tools_of_an_mcp_server_are_told_from_others():
    """What to do instead is said."""
    method = method_of(
        "cook",
        "with MCPServerAdapter(server) as tools:",
        '    return Agent(config=self.agents_config["cook"], tools=tools)',
    )
    found = one(kitchen(method, *PLAIN[1:]))
    said = {note.where: note.what for note in found.notes}
    assert "add it under Library > MCP servers" in said["agents.cook.tools"]


@pytest.mark.parametrize(
    "config",
    [
        'dict(self.agents_config["cook"], llm="openai/gpt-4o")',
        '{**self.agents_config["cook"], "llm": "openai/gpt-4o"}',
        'self.agents_config["cook"], llm=os.getenv("MODEL") or "openai/gpt-4o"',
    ],
)
def test_what_the_code_adds_to_an_entry_is_kept(config):
    """Over what the YAML says."""
    method = method_of("cook", f"return Agent(config={config})")
    assert one(kitchen(method, *PLAIN[1:])).document["agents"]["cook"]["llm"] == "openai/gpt-4o"


def test_agents_and_tasks_of_a_base_class_are_those_of_the_crew():
    """The class's own come before those of the same name."""
    base = "class Base:\n" + AGENT.format(more=", max_iter=9") + TASK.format(name="fry", more="")
    found = one(kitchen(*PLAIN, before=base) | {})
    assert found.document["agents"]["cook"].get("max_iter") is None
    whole = kitchen(*PLAIN, before=base)
    code = whole["src/kitchen/crew.py"].replace(b"class Kitchen:", b"class Kitchen(Base):")
    found = one(whole | {"src/kitchen/crew.py": code})
    assert {task["name"] for task in found.document["tasks"]} == {"plan", "fry"}
    assert found.document["agents"]["cook"].get("max_iter") is None


def test_a_class_that_makes_nothing_leaves_its_yaml_to_be_read():
    """As if it were not there: something else fills it in."""
    found = one(kitchen(CREW.format(more="")))
    assert (found.code, list(found.document["agents"])) == ("", ["cook", "chef"])


def test_of_much_python_what_names_crews_is_read_first(monkeypatch):
    """A whole application around a crew costs no more than the crew itself."""
    monkeypatch.setattr(python_crews, "MAX_READ_BYTES", {True: 2_000, False: 600})
    other = {f"app/{number}.py": "VALUE = 1\n" * 50 for number in range(4)}
    whole = kitchen(*PLAIN, before="from crewai import Agent", **other)
    code = python_crews.ProjectCode.of(files(whole))
    assert "src/kitchen/crew.py" in [module.path for module in code.modules]
    assert len(code.modules) < len(other)
    assert one(whole).code == "src/kitchen/crew.py"
