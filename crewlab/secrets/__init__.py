"""Keys of models and tools: referred to by name, given out only where a request is made."""
