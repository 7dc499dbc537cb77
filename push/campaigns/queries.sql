-- What is asked about campaigns beyond reading, creating, changing and deleting one.

-- name: calendar
-- Campaigns planned or under way between two times: launched ones that go out or still stand then, and drafts with a
-- time. In the order in which they go.
select id from campaign
where municipality_id = :municipality and kind <> 'notice' and state <> 'recalled'
    and coalesce(send_at, launched_at) < :until
    and (coalesce(send_at, launched_at) >= :since or expires_at >= :since)
order by coalesce(send_at, launched_at), id
limit 1000

-- name: end_messages_about
-- What is on its way about a subject is over; what tells of its outcome goes on.
update campaign set expires_at = greatest(:at::timestamptz, coalesce(send_at, launched_at))
where municipality_id = :municipality and subject_id = :subject and kind in ('announcement', 'reminder')
    and state in ('launched', 'done') and expires_at > :at::timestamptz

-- name: waiting_for_approval
-- How many messages wait for somebody else than those who asked for them, where :member is somebody else; which where
-- it is one.
select count(*)::int as count, case when count(*) = 1 then min(id::text)::uuid end as subject
from campaign k
where municipality_id = :municipality and state = 'draft' and waits_for_approval and expires_at > :at
    and coalesce(
        (select m.id from staff_member m where m.municipality_id = :municipality and m.id = k.written_by), k.launched_by
    ) is distinct from :member

-- name: residents_to_warn
-- Residents who were marked since :since that their registration goes, can be told and have not been; none of :unreached.
select r.id
from resident r
where r.municipality_id = :municipality and r.warned_on >= :since and r.id <> all(:unreached::uuid[])
    and r.id in (select resident_id from consents(:municipality, 'push_messages', :at))
    and exists (select from push_address p where p.municipality_id = :municipality and p.resident_id = r.id)
    and not exists (
        select from delivery d
        join campaign k on k.municipality_id = :municipality and k.id = d.campaign_id
        where d.municipality_id = :municipality and d.resident_id = r.id and k.notice = 'registration_ends'
            and k.created_at > r.warned_on - interval '7 days'
    )
order by r.id
limit :limit
for no key update of r skip locked

-- name: fill_deliveries
-- One delivery for each device of those residents who consent to messages, one that is withheld for those of them who
-- have none; how many residents they are. Ordered, so that the indexes are written in order. Within a second they are
-- due in an order of chance: the courier sees none that comes again.
with meant as materialized (
    select m.id, m.id in (select resident_id from consents(:municipality, 'push_messages', :at)) as consents
    from unnest(:residents::uuid[]) m(id)
),
filled as (
    insert into delivery
        (id, municipality_id, campaign_id, resident_id, address_id, platform, state, reason, starts, due_at, done_at)
    select gen_random_uuid(), :municipality, :campaign, m.id, p.id, c.platform,
        case when p.id is null then 'withheld' else 'queued' end,
        case when p.id is null then 'no_address' end,
        0, :due::timestamptz - random() * interval '1 second', case when p.id is null then :at::timestamptz end
    from meant m
    left join push_address p on p.municipality_id = :municipality and p.resident_id = m.id
    left join credential c on c.municipality_id = :municipality and c.id = p.credential_id
    where m.consents
    order by m.id
    returning resident_id
)
select count(distinct resident_id) from filled

-- name: fill_notice
-- One delivery of a notice for each device of those residents who consent to messages; how many residents they are.
with meant as (
    select r.id from resident r
    join consents(:municipality, 'push_messages', :at) s on s.resident_id = r.id
    where r.municipality_id = :municipality and r.id = any(:residents::uuid[])
),
filled as (
    insert into delivery (id, municipality_id, campaign_id, resident_id, address_id, platform, state, starts, due_at)
    select gen_random_uuid(), :municipality, :campaign, m.id, p.id, c.platform, 'queued', 0,
        :at::timestamptz - random() * interval '1 second'
    from meant m
    join push_address p on p.municipality_id = :municipality and p.resident_id = m.id
    join credential c on c.municipality_id = :municipality and c.id = p.credential_id
    order by m.id
    returning resident_id
)
select count(distinct resident_id) from filled

-- name: tally
-- What became of some campaigns, counted in residents: each once by the best that became of the message on any of their
-- devices, each once for every platform they have, and those whose address led nowhere any more.
with outcome as (
    select campaign_id, resident_id, platform,
        array_position(
            array['sent', 'queued', 'deferred', 'recalled', 'expired', 'failed', 'gone', 'withheld']::text[], state::text
        ) || '/' || state || '/' || coalesce(reason, '') as outcome
    from delivery
    where municipality_id = :municipality and campaign_id = any(:campaigns::uuid[])
),
best as (
    select campaign_id, case when grouping(platform) = 1 then '' else platform end as platform, min(outcome) as outcome
    from outcome
    group by grouping sets ((campaign_id, resident_id), (campaign_id, resident_id, platform))
)
select campaign_id, platform, split_part(outcome, '/', 2) as state, nullif(split_part(outcome, '/', 3), '') as reason,
    count(*)::int as n
from best
where platform is not null
group by campaign_id, platform, outcome
union all
select campaign_id, '', 'pruned', null, count(distinct resident_id)::int
from delivery
where municipality_id = :municipality and campaign_id = any(:campaigns::uuid[]) and state = 'gone'
    and reason <> 'no_address'
group by campaign_id

-- name: speed
-- How soon after they were due messages of some campaigns went out, in seconds: the first, and the 95th of a hundred.
select d.campaign_id,
    extract(epoch from min(d.done_at) - min(coalesce(k.send_at, k.launched_at)))::float as first_s,
    extract(
        epoch from percentile_disc(0.95) within group (order by d.done_at) - min(coalesce(k.send_at, k.launched_at))
    )::float as p95_s
from delivery d
join campaign k on k.municipality_id = :municipality and k.id = d.campaign_id
where d.municipality_id = :municipality and d.campaign_id = any(:campaigns::uuid[]) and d.state = 'sent'
    and d.reason is null
group by d.campaign_id

-- name: lock_unsettled
-- A campaign that is not counted for good, for this transaction to count; nothing where another is counting it.
select id from campaign
where municipality_id = :municipality and id = :campaign and settled_at is null
for no key update skip locked

-- name: unsettled
-- Campaigns that have ended, are not counted for good, and of which nobody holds a delivery.
select k.id
from campaign k
where k.municipality_id = :municipality and k.settled_at is null and k.state in ('done', 'recalled')
    and not exists (
        select from delivery d
        where d.municipality_id = :municipality and d.campaign_id = k.id
            and (d.state in ('queued', 'deferred') or d.lease_until > :at)
    )
limit 50

-- name: devices_of
-- Where a resident's devices are reached.
select a.kind, a.address, a.locale, a.p256dh, a.auth, c.platform
from push_address a
join credential c on c.municipality_id = :municipality and c.id = a.credential_id
where a.municipality_id = :municipality and a.resident_id = :resident
