-- Times are 100 ns units since 1970-01-01 UTC: datetime(created_at / 10000000, 'unixepoch').
CREATE TABLE jobs (
  id              TEXT PRIMARY KEY,
  tenant_id       TEXT NOT NULL,
  model           TEXT NOT NULL,
  status          TEXT NOT NULL,
  epoch           INTEGER NOT NULL,
  failed_attempts INTEGER NOT NULL,
  request_digest  TEXT NOT NULL,
  created_at      INTEGER NOT NULL,
  started_at      INTEGER,
  finished_at     INTEGER,
  replica_id      TEXT,
  device          TEXT,
  spec            TEXT NOT NULL,
  artifacts       TEXT NOT NULL,
  error           TEXT,
  phases          TEXT NOT NULL,
  warnings        TEXT NOT NULL
);

CREATE INDEX jobs_by_tenant ON jobs (tenant_id, created_at, id);
CREATE INDEX jobs_by_tenant_and_status ON jobs (tenant_id, status, created_at, id);
CREATE INDEX jobs_by_tenant_and_model ON jobs (tenant_id, model, created_at, id);
CREATE INDEX jobs_unfinished ON jobs (created_at, id) WHERE status IN ('queued', 'running');
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE status NOT IN ('queued', 'running');

-- Which tenant may see which picture; the picture's facts are in its job.
CREATE TABLE job_artifacts (
  job_id        TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  picture_index INTEGER NOT NULL,
  tenant_id     TEXT NOT NULL,
  artifact_id   TEXT NOT NULL,
  PRIMARY KEY (job_id, picture_index)
) WITHOUT ROWID;

CREATE INDEX job_artifacts_by_tenant ON job_artifacts (tenant_id, artifact_id);

CREATE TABLE checkpoints (
  job_id      TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  epoch       INTEGER NOT NULL,
  image_index INTEGER NOT NULL,
  steps_done  INTEGER NOT NULL,
  state       BLOB NOT NULL,
  artifacts   TEXT NOT NULL
);

CREATE TABLE models (
  name  TEXT PRIMARY KEY,
  entry TEXT NOT NULL
);

CREATE TABLE api_keys (
  id         TEXT PRIMARY KEY,
  hash       TEXT NOT NULL UNIQUE,
  tenant_id  TEXT NOT NULL,
  is_admin   INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE usage_days (
  tenant_id      TEXT NOT NULL,
  day            TEXT NOT NULL,
  device_seconds REAL NOT NULL,
  picture_count  INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, day)
) WITHOUT ROWID;

-- Jobs that were counted, so that none is counted twice.
CREATE TABLE usage_jobs (
  tenant_id TEXT NOT NULL,
  job_id    TEXT NOT NULL,
  day       TEXT NOT NULL,
  PRIMARY KEY (tenant_id, job_id)
) WITHOUT ROWID;

CREATE INDEX usage_jobs_by_day ON usage_jobs (day);
