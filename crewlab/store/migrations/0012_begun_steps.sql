-- Steps of a fork that its source had only begun: what their executions have finished stands in.

ALTER TABLE given_steps ADD COLUMN is_begun BOOLEAN DEFAULT false;
