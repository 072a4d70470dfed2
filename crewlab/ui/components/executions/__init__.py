"""Parts of the pages *Executions*, *Execution* and *Inbox*."""
