-- Take up to $3 whole requests out of a courier's ($1) bucket, which holds a second's worth ($2, one at least) and fills
-- at that rate by the database's clock; how many were got. No row: there is no bucket yet.
with bucket as (
    select courier, least(
        greatest($2::float, 1),
        amount + extract(epoch from greatest(clock_timestamp() - at, interval '0')) * $2::float
    ) as amount
    from push_budget
    where courier = $1
    for update
),
taken as (
    update push_budget p
    set amount = b.amount - least($3::float, floor(b.amount)), at = clock_timestamp()
    from bucket b
    where p.courier = b.courier
    returning least($3::float, floor(b.amount)) as granted
)
select granted from taken
