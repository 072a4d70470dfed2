"""Records that definitions refer to: tools, MCP servers, model profiles, roles and prices."""
