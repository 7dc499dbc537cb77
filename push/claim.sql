-- Take up to $4 deliveries of a campaign ($1) that are due, and hold them until $3. $2 now, $5 roads that are closed.
with due as (
    select d.id, a.kind, a.address, a.p256dh, a.auth, a.locale, a.timezone, c.platform, r.quiet_from, r.quiet_to, r.digest
    from delivery d
    join resident r on r.id = d.resident_id
    left join push_address a on a.id = d.address_id
    left join credential c on c.id = a.credential_id
    where d.campaign_id = $1 and d.state in ('queued', 'deferred') and d.due_at <= $2
        and (d.lease_until is null or d.lease_until <= $2)
        and (cardinality($5::text[]) = 0 or a.id is null or a.kind || '/' || c.platform <> all($5))
    order by d.due_at
    limit $4
    for no key update of d skip locked
)
update delivery d set lease_until = $3, starts = d.starts + 1
from due
where d.id = due.id
returning d.id, d.resident_id, d.address_id, d.starts, due.kind, due.address, due.locale, due.platform,
    due.p256dh, due.auth, due.timezone, due.quiet_from, due.quiet_to, due.digest
