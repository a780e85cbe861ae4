-- As SQLite's tables have it, so that the statements are the same. Times are 100 ns units since 1970-01-01 UTC:
-- to_timestamp(created_at / 10000000.0). What is compared or sorted has the collation "C", which is that of SQLite:
-- pages do not depend on the server's language, and survive an upgrade of its locales.
CREATE TABLE jobs (
  id              TEXT COLLATE "C" PRIMARY KEY,
  tenant_id       TEXT COLLATE "C" NOT NULL,
  model           TEXT COLLATE "C" NOT NULL,
  status          TEXT COLLATE "C" NOT NULL,
  epoch           BIGINT NOT NULL,
  failed_attempts BIGINT NOT NULL,
  request_digest  TEXT NOT NULL,
  created_at      BIGINT NOT NULL,
  started_at      BIGINT,
  finished_at     BIGINT,
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
  job_id        TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  picture_index BIGINT NOT NULL,
  tenant_id     TEXT COLLATE "C" NOT NULL,
  artifact_id   TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (job_id, picture_index)
);

CREATE INDEX job_artifacts_by_tenant ON job_artifacts (tenant_id, artifact_id);

CREATE TABLE checkpoints (
  job_id      TEXT COLLATE "C" PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  epoch       BIGINT NOT NULL,
  image_index BIGINT NOT NULL,
  steps_done  BIGINT NOT NULL,
  state       BYTEA NOT NULL,
  artifacts   TEXT NOT NULL
);

-- Noise does not compress; trying would cost more time than the write.
ALTER TABLE checkpoints ALTER COLUMN state SET STORAGE EXTERNAL;

CREATE TABLE models (
  name  TEXT COLLATE "C" PRIMARY KEY,
  entry TEXT NOT NULL
);

CREATE TABLE api_keys (
  id         TEXT COLLATE "C" PRIMARY KEY,
  hash       TEXT COLLATE "C" NOT NULL UNIQUE,
  tenant_id  TEXT COLLATE "C" NOT NULL,
  is_admin   BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE usage_days (
  tenant_id      TEXT COLLATE "C" NOT NULL,
  day            TEXT COLLATE "C" NOT NULL,
  device_seconds DOUBLE PRECISION NOT NULL,
  picture_count  BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, day)
);

-- Jobs that were counted, so that none is counted twice.
CREATE TABLE usage_jobs (
  tenant_id TEXT COLLATE "C" NOT NULL,
  job_id    TEXT COLLATE "C" NOT NULL,
  day       TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, job_id)
);

CREATE INDEX usage_jobs_by_day ON usage_jobs (day);
