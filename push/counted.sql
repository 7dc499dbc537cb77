-- Those whom a message is meant for ($1 and on: the values of its criteria), in the snapshot of the night.
with meant as materialized (
    select r.*
    from audience_snapshot_row r
    cross join lateral (select {flags}) f
    where {holds}
),
reached as (
    select * from meant where status = 'reached'
)
