-- Spend a ballot and put its answer in the box, both or neither, while the survey is open.
-- $1 survey, $2 municipality, $3 ballot, $4 hash of the body, $5 answers, $6 hash of the receipt, $7 now, $8 lock.
-- The lock is tried while the survey's row is looked for; only then is the row locked, and read once more if somebody
-- has changed it since this statement began. So whoever holds the lock here sees a survey that was closed before, and
-- whoever closes it waits for those who hold the lock.
with accepting as (
    select id
    from survey
    where id = $1 and state = 'open' and (opens_at is null or opens_at <= $7) and (closes_at is null or closes_at > $7)
        and pg_try_advisory_xact_lock_shared($8)
    for key share
),
spent as (
    insert into spent_ballot (id, municipality_id, survey_id, ballot, body_hash)
    select gen_random_uuid(), $2, id, $3, $4 from accepting
    on conflict (municipality_id, survey_id, ballot) do nothing
    returning survey_id
),
stored as (
    insert into answer (id, municipality_id, survey_id, answers, ballot, receipt_hash, shaken)
    select gen_random_uuid(), $2, survey_id, $5::jsonb, $3, $6, false from spent
)
select exists (select from accepting) as accepting, exists (select from spent) as spent
