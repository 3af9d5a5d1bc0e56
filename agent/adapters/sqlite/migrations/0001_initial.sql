-- The state as of the first version. Times are UTC text of fixed width, so that they sort as they are; JSON is text.

CREATE TABLE sequences (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    default_branch TEXT NOT NULL,
    registered_at TEXT NOT NULL
) STRICT;

CREATE TABLE sessions (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    project_id TEXT NOT NULL,
    chat_id INTEGER NOT NULL,
    owner_id INTEGER NOT NULL,
    workspace TEXT NOT NULL,
    branch TEXT NOT NULL,
    profile TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_activity_at TEXT NOT NULL,
    thread_id INTEGER NOT NULL,
    state TEXT NOT NULL,
    resume_token TEXT NOT NULL,
    resume_profile TEXT NOT NULL,
    allowed_scopes TEXT NOT NULL,
    closed_at TEXT
) STRICT;
CREATE INDEX sessions_active ON sessions (last_activity_at) WHERE state <> 'closed';

CREATE TABLE runs (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    chat_id INTEGER NOT NULL,
    requested_by INTEGER NOT NULL,
    profile TEXT NOT NULL,
    prompt TEXT NOT NULL,
    created_at TEXT NOT NULL,
    state TEXT NOT NULL,
    approved INTEGER NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    waiting_since TEXT,
    waited_seconds REAL NOT NULL,
    error TEXT,
    detail TEXT NOT NULL,
    summary TEXT NOT NULL,
    resume_token TEXT NOT NULL,
    retry_of TEXT NOT NULL,
    traceparent TEXT NOT NULL,
    tracestate TEXT NOT NULL,
    lease_owner TEXT NOT NULL,
    lease_until TEXT,
    pid INTEGER NOT NULL,
    pid_started INTEGER NOT NULL,
    boot_id TEXT NOT NULL
) STRICT;
CREATE INDEX runs_by_state ON runs (state, seq);
CREATE INDEX runs_of_session ON runs (session_id, state, seq);
CREATE INDEX runs_finished ON runs (finished_at, seq) WHERE state IN ('completed', 'failed');

CREATE TABLE approvals (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    run_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    organization TEXT NOT NULL,
    scope TEXT NOT NULL,
    question TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    tool TEXT NOT NULL,
    tool_use_id TEXT NOT NULL,
    state TEXT NOT NULL,
    decided_at TEXT,
    decided_by INTEGER,
    escalated_at TEXT
) STRICT;
CREATE INDEX approvals_pending ON approvals (seq) WHERE state = 'pending';
CREATE INDEX approvals_of_run ON approvals (run_id, seq);

CREATE TABLE timeline (
    seq INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL,
    event TEXT NOT NULL,
    facts TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX timeline_of_run ON timeline (run_id, seq);
CREATE INDEX timeline_recovery ON timeline (event) WHERE event GLOB 'recovery.*';

CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    accepted_at TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    detail TEXT NOT NULL,
    UNIQUE (source, key)
) STRICT;
CREATE INDEX inbox_waiting ON inbox (source, id) WHERE state = 'waiting';

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    urgency INTEGER NOT NULL,
    text TEXT NOT NULL,
    queued_at TEXT NOT NULL,
    next_at TEXT NOT NULL,
    thread_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    buttons TEXT NOT NULL,
    document TEXT NOT NULL,
    silent INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    uncertain INTEGER NOT NULL,
    cause TEXT NOT NULL,
    caused_at TEXT,
    telegram_id INTEGER NOT NULL,
    detail TEXT NOT NULL,
    traceparent TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_unsent ON outbox (chat_id, urgency, id) WHERE state IN ('waiting', 'sending');
CREATE INDEX outbox_unsent_by_key ON outbox (chat_id, key, id) WHERE state IN ('waiting', 'sending');
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';

CREATE TABLE posts (
    chat_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    telegram_id INTEGER NOT NULL,
    PRIMARY KEY (chat_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    category TEXT NOT NULL,
    severity TEXT NOT NULL,
    run_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    error_code TEXT NOT NULL,
    ts TEXT NOT NULL,
    next_at TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    detail TEXT NOT NULL,
    traceparent TEXT NOT NULL,
    tracestate TEXT NOT NULL,
    signature TEXT NOT NULL
) STRICT;
CREATE INDEX alerts_by_state ON alerts (state, next_at, id);
CREATE INDEX alerts_alike ON alerts (signature, ts);

CREATE TABLE incidents (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    group_key TEXT NOT NULL,
    group_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    system TEXT NOT NULL,
    severity TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    alerts TEXT NOT NULL,
    truncated INTEGER NOT NULL,
    resolved_at TEXT,
    acked_by INTEGER,
    acked_at TEXT,
    silence_id TEXT NOT NULL
) STRICT;
CREATE INDEX incidents_open ON incidents (group_key) WHERE resolved_at IS NULL;

CREATE TABLE breakers (
    name TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    failures INTEGER NOT NULL,
    successes INTEGER NOT NULL,
    probing INTEGER NOT NULL,
    since TEXT
) STRICT;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    actor INTEGER NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE controls (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE scores (
    seq INTEGER PRIMARY KEY,
    organization TEXT NOT NULL,
    role_scope TEXT NOT NULL,
    signal TEXT NOT NULL,
    value REAL NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX scores_at ON scores (at);

-- What the TeleVibeCode runbooks look into.
CREATE VIEW jobs AS
SELECT
    id AS job_id,
    session_id,
    project_id,
    prompt AS instruction,
    CASE state WHEN 'pending' THEN 'queued' WHEN 'completed' THEN 'done' WHEN 'cancelled' THEN 'canceled' ELSE state END
        AS status,
    summary AS result_summary,
    error,
    created_at,
    started_at,
    finished_at
FROM runs;
