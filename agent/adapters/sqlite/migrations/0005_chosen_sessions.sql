-- Which session a chat's prompts go to is what somebody chose last, not what was last at work.
ALTER TABLE sessions ADD COLUMN chosen_at TEXT NOT NULL DEFAULT '';
UPDATE sessions SET chosen_at = last_activity_at;
