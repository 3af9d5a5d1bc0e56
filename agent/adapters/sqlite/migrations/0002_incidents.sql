-- The on-call loop: who was told of an incident and when, what happened in it, and the steps that were executed for it.

ALTER TABLE incidents ADD COLUMN receiver TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN group_labels TEXT NOT NULL DEFAULT '{}';
ALTER TABLE incidents ADD COLUMN presence TEXT NOT NULL DEFAULT 'shown';
ALTER TABLE incidents ADD COLUMN rings TEXT NOT NULL DEFAULT '{}';
ALTER TABLE incidents ADD COLUMN rung_at TEXT;
ALTER TABLE incidents ADD COLUMN unattended_since TEXT;
ALTER TABLE incidents ADD COLUMN level INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incidents ADD COLUMN acked_name TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN silenced_by TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN silenced_until TEXT;
ALTER TABLE incidents ADD COLUMN recovered_at TEXT;

CREATE INDEX incidents_of_group ON incidents (group_key, seq);
CREATE INDEX incidents_of_hash ON incidents (group_hash, seq);
CREATE INDEX incidents_recovering ON incidents (seq) WHERE recovered_at IS NULL;
CREATE INDEX incidents_resolved ON incidents (resolved_at);
CREATE INDEX incidents_rung ON incidents (rung_at);
CREATE INDEX incidents_present ON incidents (presence) WHERE presence IN ('held', 'folded');

CREATE TABLE incident_history (
    seq INTEGER PRIMARY KEY,
    incident_id TEXT NOT NULL,
    at TEXT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL,
    actor INTEGER NOT NULL,
    name TEXT NOT NULL
) STRICT;
CREATE INDEX incident_history_of ON incident_history (incident_id, seq);

CREATE TABLE incident_actions (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    incident_id TEXT NOT NULL,
    title TEXT NOT NULL,
    method TEXT NOT NULL,
    url TEXT NOT NULL,
    body TEXT NOT NULL,
    chat_id INTEGER NOT NULL,
    prepared_by INTEGER NOT NULL,
    prepared_at TEXT NOT NULL,
    state TEXT NOT NULL,
    confirmed_by INTEGER,
    confirmed_at TEXT,
    settled_at TEXT,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL
) STRICT;
CREATE INDEX incident_actions_of ON incident_actions (incident_id, seq);
CREATE INDEX incident_actions_open ON incident_actions (seq) WHERE state IN ('confirmed', 'running');
