"""Projects as crewAI's own command makes them, as paths with bytes."""

from __future__ import annotations

from crewlab.definitions.interchange.source_files import SourceFiles
from crewlab.definitions.interchange.zip_files import zipped

CREW = """{
  // a crew of crewAI's own making
  "name": "news",
  "agents": ["researcher", "writer"],
  "tasks": [
    {"name": "find", "description": "Find news about {topic}", "expected_output": "A list", "agent": "researcher"},
    {"name": "write", "description": "Write it up", "expected_output": "A page", "agent": "writer", "context": ["find"]}
  ],
  "process": "sequential",
  "inputs": {"topic": "tea"},
}"""
RESEARCHER = """{"role": "Researcher", "goal": "Find", "backstory": "Curious",
  "llm": "rehearsal/plain", "settings": {"max_iter": 5}}"""
WRITER = '{"role": "Writer", "goal": "Write", "backstory": "Brief", "llm": "rehearsal/plain"}'
JSON_PROJECT = {
    "crew.jsonc": CREW.encode(),
    "agents/researcher.jsonc": RESEARCHER.encode(),
    "agents/writer.json": WRITER.encode(),
}

AGENTS = """
researcher:
  role: Researcher of {topic}
  goal: Find
  backstory: Curious
  llm: small
  tools: [search]
editor:
  role: Editor
  goal: Edit
  backstory: Strict
idle:
  role: Idle
  goal: None
  backstory: Lazy
"""
TASKS = """
find:
  description: Find news about {topic}
  expected_output: A list
  agent: researcher
edit:
  description: Edit it
  expected_output: A page
  agent: editor
"""
CODE = '''
import os
from crewai import Agent, Crew, Process, Task, LLM
from crewai.project import CrewBase, agent, crew, task, tool, llm, before_kickoff
from crewai_tools import SerperDevTool, FileReadTool
from pydantic import BaseModel, Field
from news.rules import is_short

open("planted", "w").write("this must never run")
ROUNDS = 7

class Page(BaseModel):
    """A page."""
    title: str = Field(description="Its title")
    words: int = 0
    parts: list[str]

@CrewBase
class News:
    agents_config = "config/agents.yaml"
    tasks_config = "config/tasks.yaml"

    @llm
    def small(self):
        return LLM(model="rehearsal/plain", seed=3, api_key=os.environ["KEY"])

    @tool
    def search(self):
        return SerperDevTool(n_results=3)

    @before_kickoff
    def prepare(self, inputs):
        return inputs

    @agent
    def researcher(self) -> Agent:
        return Agent(config=self.agents_config["researcher"], max_iter=ROUNDS, verbose=bool(os.getenv("LOUD")))

    @agent
    def editor(self) -> Agent:
        files = FileReadTool()
        made = Agent(config=self.agents_config["editor"], tools=[files], llm=self.small())
        return made

    @task
    def find(self) -> Task:
        return Task(config=self.tasks_config["find"], async_execution=True)

    @task
    def edit(self) -> Task:
        return Task(
            config=self.tasks_config["edit"], context=[self.find()], output_pydantic=Page, guardrail=is_short,
            output_file="page.md",
        )

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks, process=Process.sequential, planning=True)
'''
CLASSIC_PROJECT = {
    "src/news/config/agents.yaml": AGENTS.encode(),
    "src/news/config/tasks.yaml": TASKS.encode(),
    "src/news/crew.py": CODE.encode(),
    "src/news/main.py": b"from news.crew import News\nNews().crew().kickoff()\n",
}


def as_zip(contents: dict[str, bytes], top: str = "project/") -> bytes:
    """The project in a zip, in a folder of its own as people zip it."""
    return zipped({top + path: data for path, data in contents.items()})


def files(contents: dict[str, bytes], name: str = "project") -> SourceFiles:
    """The project as what a person chose."""
    return SourceFiles(name, contents)
