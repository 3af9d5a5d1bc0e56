-- How often an incident has fired, since when, and how bad it was lately: what flaps is one trouble.
ALTER TABLE incidents ADD COLUMN times_fired INTEGER NOT NULL DEFAULT 1;
ALTER TABLE incidents ADD COLUMN began_at TEXT;
ALTER TABLE incidents ADD COLUMN eased_from TEXT;
ALTER TABLE incidents ADD COLUMN eased_at TEXT;
-- What was noted as sent had only been queued; since this version it is noted when Telegram has taken it.
UPDATE incident_history SET what = 'message queued' WHERE what = 'message sent';
