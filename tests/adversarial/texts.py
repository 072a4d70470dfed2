"""Text that is not what it seems: tags, aliases, bombs, and characters that do not belong."""

from __future__ import annotations

from tests.adversarial.case import Case
from tests.adversarial.crews import crew

HEAD = "name: evil\nagents: {a: {role: A, goal: G, backstory: B}}\ntasks: []\n"
LAUGHS = "\n".join([*(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10))])


def _yaml(name: str, text: str, expects: str = "refused") -> Case:
    return Case(f"yaml-{name}", {"evil.yaml": text.encode("utf-8", "surrogatepass")}, expects)


def _json(name: str, text: str, expects: str = "refused") -> Case:
    return Case(f"json-{name}", {"evil.json": text.encode()}, expects)


CASES = [
    _yaml("python-apply", HEAD + "x: !!python/object/apply:os.system ['touch planted']\n"),
    _yaml("python-new", HEAD + "x: !!python/object/new:planted.Run {}\n"),
    _yaml("python-name", HEAD + "x: !!python/name:planted.run\n"),
    _yaml("python-module", HEAD + "x: !!python/module:planted\n"),
    _yaml("binary", HEAD + "x: !!binary aGVsbG8=\n"),
    _yaml("own-tag", HEAD + "x: !include /etc/passwd\n"),
    _yaml("anchors", "name: &n evil\nagents: {}\ntasks: []\nx: *n\n"),
    _yaml("merge", HEAD + "base: &b {x: 1}\nother:\n  <<: *b\n"),
    _yaml("billion-laughs", f"l0: &l0 lol\n{LAUGHS}\n{HEAD}"),
    _yaml("two-documents", HEAD + "---\n" + HEAD),
    _yaml("duplicate-key", HEAD + "name: good\n"),
    _yaml("duplicate-agent", "name: evil\nagents:\n  a: {role: A}\n  a: {role: B}\ntasks: []\n"),
    _yaml("complex-key", HEAD + "? [a, b]\n: c\n"),
    _yaml("nesting", HEAD + "x: " + "[" * 20_000),
    _yaml("nesting-of-blocks", HEAD + "\n".join("  " * n + "x:" for n in range(500))),
    _yaml("values", HEAD + "x: [" + "1," * 150_000 + "1]"),
    _yaml("size", HEAD + "x: '" + "a" * 2_100_000 + "'"),
    _yaml("nul", HEAD + "x: a\0b\n"),
    _yaml("surrogate", HEAD + "x: \ud800\n"),
    _yaml("escape", HEAD + "x: \x1b[2J\n"),
    _yaml("giant-int", HEAD + "max_rpm: " + "9" * 100_000 + "\n", "type"),
    _yaml("giant-hex", HEAD + "max_rpm: 0x" + "f" * 100_000 + "\n", "type"),
    _yaml("only-text", "just words"),
    _yaml("list", "- a\n- b\n"),
    Case("yaml-utf-16", {"evil.yaml": HEAD.encode("utf-16")}, "refused"),
    Case("yaml-not-text", {"evil.yaml": bytes(range(256)) * 10}, "refused"),
    _json("duplicate-key", '{"name": "evil", "agents": {}, "tasks": [], "agents": {"a": {"python": "x"}}}'),
    _json("nesting", '{"name": "evil", "agents": ' + "[" * 100_000),
    _json("nesting-of-objects", '{"a":' * 100_000),
    _json("giant-int", '{"name": "evil", "agents": {}, "tasks": [], "max_rpm": ' + "9" * 5000 + "}"),
    _json("infinite", '{"name": "evil", "agents": {}, "tasks": [], "max_rpm": 1e999}'),
    _json("nan", '{"name": "evil", "agents": {}, "tasks": [], "max_rpm": NaN}'),
    _json("surrogate", '{"name": "evil\\ud800", "agents": {}, "tasks": []}'),
    _json("nul", '{"name": "evil", "agents": {}, "tasks": [], "x": "\\u0000"}'),
    _json("comment-bomb", '{"name": "evil", ' + "/*" * 200_000 + '"agents": {}, "tasks": []}'),
    _json("quote-bomb", '{"name": "' + '\\"' * 300_000),
    _json("comma-bomb", '{"name": "evil", "x": [' + "," * 300_000 + "]}"),
    _json("agents-are-a-number", '{"name": "evil", "agents": 7, "tasks": "x"}', "type"),
    _json("tasks-of-numbers", '{"name": "evil", "agents": {"a": 1}, "tasks": [1, null, [], {}]}', "type"),
    Case("json-everything-at-once", {"evil.json": crew(name=None, agents=None, tasks=None)}, "type"),
]
