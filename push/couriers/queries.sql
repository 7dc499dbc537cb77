-- A courier's quota, shared by all workers.

-- name: take_from_budget
-- Up to :most whole requests out of a courier's bucket, which holds a second's worth (one at least) and fills at that
-- rate by the database's clock; how many were got. No row: there is no bucket yet.
with bucket as (
    select courier, least(
        greatest(:per_second::float, 1),
        amount + extract(epoch from greatest(clock_timestamp() - at, interval '0')) * :per_second::float
    ) as amount
    from push_budget
    where courier = :courier
    for update
),
taken as (
    update push_budget p
    set amount = b.amount - least(:most::float, floor(b.amount)), at = clock_timestamp()
    from bucket b
    where p.courier = b.courier
    returning least(:most::float, floor(b.amount)) as granted
)
select granted from taken

-- name: open_budget
-- A courier's bucket, where there is none.
insert into push_budget (courier, amount, at) values (:courier, :amount, clock_timestamp())
on conflict (courier) do nothing
