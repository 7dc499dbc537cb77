-- Deliveries on their way: leased, asked about once more, recorded.

-- name: lease_batch
-- Up to :most deliveries of a campaign that are due, held until :until; none on a :blocked route (`kind/platform`).
with due as (
    select d.id, a.kind, a.address, a.p256dh, a.auth, a.locale, a.timezone, c.platform,
        r.quiet_from, r.quiet_to, r.digest
    from delivery d
    join resident r on r.municipality_id = :municipality and r.id = d.resident_id
    left join push_address a on a.municipality_id = :municipality and a.id = d.address_id
    left join credential c on c.municipality_id = :municipality and c.id = a.credential_id
    where d.municipality_id = :municipality and d.campaign_id = :campaign and d.state in ('queued', 'deferred')
        and d.due_at <= :at and (d.lease_until is null or d.lease_until <= :at)
        and (cardinality(:blocked::text[]) = 0 or a.id is null or a.kind || '/' || c.platform <> all(:blocked))
    order by d.due_at
    limit :most
    for no key update of d skip locked
)
update delivery d set lease_until = :until, starts = d.starts + 1
from due
where d.municipality_id = :municipality and d.id = due.id
returning d.id, d.resident_id, d.address_id, d.starts, due.kind, due.address, due.locale, due.platform,
    due.p256dh, due.auth, due.timezone, due.quiet_from, due.quiet_to, due.digest

-- name: still_wanted
-- Those of the deliveries that are still to be sent, and whether their residents have not muted what they are about.
select d.id, not exists (
    select from survey_mute m
    where m.municipality_id = :municipality and m.resident_id = d.resident_id and m.subject_id = k.subject_id
) as wanted
from delivery d
join campaign k on k.municipality_id = :municipality and k.id = d.campaign_id
where d.municipality_id = :municipality and d.id = any(:deliveries::uuid[]) and d.state in ('queued', 'deferred')

-- name: record
-- What became of a batch; its leases end. A recall is not undone by a later retry.
update delivery d
set state = r.state, reason = r.reason, lease_until = null,
    due_at = coalesce(r.due_at, d.due_at),
    starts = d.starts - r.unstarted,
    done_at = case when r.state in ('queued', 'deferred') then null else :at::timestamptz end
from unnest(:ids::uuid[], :states::text[], :reasons::text[], :due_at::timestamptz[], :unstarted::int[])
    as r(id, state, reason, due_at, unstarted)
where d.municipality_id = :municipality and d.id = r.id and (d.state in ('queued', 'deferred') or r.state = 'sent')

-- name: remove_addresses
-- Addresses that lead nowhere any more, where their devices have not registered others since.
delete from push_address a using unnest(:ids::uuid[], :addresses::text[]) as dead(id, address)
where a.municipality_id = :municipality and a.id = dead.id and a.address = dead.address

-- name: expire
-- Give up what nobody holds of a campaign that is over.
update delivery set state = 'expired', done_at = :at
where municipality_id = :municipality and campaign_id = :campaign and state in ('queued', 'deferred')
    and (lease_until is null or lease_until <= :at)

-- name: next_due
-- When the next delivery of a campaign can be leased.
select min(greatest(due_at, coalesce(lease_until, due_at))) from delivery
where municipality_id = :municipality and campaign_id = :campaign and state in ('queued', 'deferred')

-- name: sent_to_phones
-- What went out of a campaign to devices that are still reached, in the order of ids from :after on.
select d.id, d.resident_id, a.kind, a.address, a.locale, a.timezone, c.platform, r.digest,
    coalesce(k.send_at, k.launched_at) as due, k.importance
from delivery d
join campaign k on k.municipality_id = :municipality and k.id = d.campaign_id
join resident r on r.municipality_id = :municipality and r.id = d.resident_id
join push_address a on a.municipality_id = :municipality and a.id = d.address_id
join credential c on c.municipality_id = :municipality and c.id = a.credential_id
where d.municipality_id = :municipality and d.campaign_id = :campaign and d.state = 'sent' and d.id > :after
order by d.id
limit :limit

-- name: sent_last_week
-- When messages of other campaigns were sent to these residents since a week ago, and of which topic.
select d.resident_id, k.topic, min(d.done_at) as at
from delivery d
join campaign k on k.municipality_id = :municipality and k.id = d.campaign_id
where d.municipality_id = :municipality and d.resident_id = any(:residents::uuid[]) and d.state = 'sent'
    and d.done_at > :since and d.campaign_id <> :campaign
group by d.resident_id, k.id, k.topic

-- name: waiting
-- What is due in campaigns under way, and how long the oldest of it has been, in seconds.
select count(*) as n, coalesce(extract(epoch from :at::timestamptz - min(d.due_at)), 0)::float as oldest_s
from delivery d
join campaign k on k.municipality_id = :municipality and k.id = d.campaign_id
where d.municipality_id = :municipality and k.state = 'launched' and d.state in ('queued', 'deferred')
    and d.due_at <= :at

-- name: platforms_in_trouble
-- How many platforms have messages that wait because their courier refused or could not be reached.
select count(distinct platform)::int as count, null::uuid as subject
from delivery
where municipality_id = :municipality and state = 'queued' and reason is not null and reason = any(:troubles::text[])

-- name: policy
-- What the municipality has decided about its messages, and its time zone.
select coalesce(settings -> 'manners', '{}') as policy, timezone from municipality where id = :municipality

-- name: change_policy
-- Decide otherwise about the municipality's messages.
update municipality set settings = settings || jsonb_build_object('manners', :policy::jsonb)
where id = :municipality
