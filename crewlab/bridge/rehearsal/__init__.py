"""The rehearsal model: answers made up offline, from the prompt alone."""
