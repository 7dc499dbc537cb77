-- What the ground floor asks. Jobs belong to no municipality.

-- name: count_job_start
-- One more start of a job: how often it has started now.
insert into job_start (job_id, starts) values (:job, 1)
on conflict (job_id) do update set starts = job_start.starts + 1
returning starts

-- name: clear_idempotency_keys
-- Delete what was kept for an Idempotency-Key for three days.
delete from idempotency_key
where municipality_id = :municipality and created_at < :at::timestamptz - interval '3 days'
    and (:only::uuid[] is null or id = any(:only))
