-- Pictures of jobs that were deleted: to be deleted, too, unless another job names them. A picture may be in it twice, so
-- that who deletes jobs and who deletes pictures never wait for each other.
CREATE TABLE loose_artifacts (
  number      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  artifact_id TEXT COLLATE "C" NOT NULL
);

-- The same columns the other way round: it also finds who names a picture, whatever the tenant.
DROP INDEX job_artifacts_by_tenant;
CREATE INDEX job_artifacts_by_artifact ON job_artifacts (artifact_id, tenant_id);
