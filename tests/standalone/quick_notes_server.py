"""An MCP server that starts at once: the protocol by hand, because its package takes a second to import.

`python quick_notes_server.py [exit]`
"""

import json
import os
import sys

NUMBER = {"type": "integer"}
TOOLS = {
    "add": ("Adds two numbers.", {"a": NUMBER, "b": NUMBER}),
    "tell_key": ("Says the key that the server was given.", {}),
    "wait": ("Never answers.", {}),
    "leave": ("Ends the server at once.", {}),
}
"""What each is for, and its arguments."""


def main(mode: str = "serve") -> None:
    if mode == "exit":
        sys.stderr.write("NOTES_KEY is missing\n")
        sys.exit(2)
    for line in sys.stdin:
        message = json.loads(line)
        result = answer(message.get("method"), message.get("params") or {}) if "id" in message else None
        if result is not None:
            sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}) + "\n")
            sys.stdout.flush()


def answer(method, params):
    """The result of a request; `None` if it never has one."""
    if method == "initialize":
        server = {"name": "notes", "version": "1"}
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": server}
    if method == "tools/list":
        return {"tools": [described(name, *told) for name, told in TOOLS.items()]}
    return called(params["name"], params.get("arguments") or {}) if method == "tools/call" else {}


def described(name, text, fields):
    schema = {"type": "object", "properties": fields, "required": list(fields)}
    return {"name": name, "description": text, "inputSchema": schema}


def called(name, arguments):
    if name == "leave":
        os._exit(3)
    if name == "wait":
        return None
    said = f"the key is {os.environ.get('NOTES_KEY', 'not set')}"
    text = str(arguments["a"] + arguments["b"]) if name == "add" else said
    return {"content": [{"type": "text", "text": text}], "isError": False}


if __name__ == "__main__":
    main(*sys.argv[1:])
