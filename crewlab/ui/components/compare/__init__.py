"""Parts of the page *Compare*, and of whatever shows a difference."""
