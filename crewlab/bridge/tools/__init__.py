"""Tools and MCP servers: made, shut into their folders, called and recorded."""
