-- Executions that use something that blocks: why each needs a worker of its own. The queue gives them out apart.

ALTER TABLE executions ADD COLUMN dedicated VARCHAR;
