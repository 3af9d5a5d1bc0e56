-- The newest runs of a session, without sorting all it ever had.
CREATE INDEX runs_newest_of_session ON runs (session_id, seq);
