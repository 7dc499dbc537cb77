-- What residents see of messages, and where they are reached; campaigns that were lost sight of.

-- name: messages_to
-- What was sent to a resident and still stands, the youngest first; each campaign once for each device.
select d.id, d.campaign_id, r.digest, a.timezone
from delivery d
join campaign k on k.municipality_id = :municipality and k.id = d.campaign_id
join resident r on r.municipality_id = :municipality and r.id = d.resident_id
left join push_address a on a.municipality_id = :municipality and a.id = d.address_id
where d.municipality_id = :municipality and d.resident_id = :resident and d.state = 'sent'
    and k.state in ('launched', 'done') and k.expires_at > :at
    and not exists (
        select from survey_mute m
        where m.municipality_id = :municipality and m.resident_id = d.resident_id and m.subject_id = k.subject_id
    )
order by d.done_at desc, d.id
limit 500

-- name: followed_districts
-- The districts that a resident follows, with those around them.
select id from followed_districts(:municipality, :resident) as id

-- name: take_over_address
-- An address belongs to the device that registered it last.
delete from push_address
where municipality_id = :municipality and md5(address) = md5(:address::text) and address = :address::text
    and credential_id <> :credential

-- name: forgotten_campaigns
-- Campaigns whose job is lost: launched and never frozen, or with deliveries due since :since that nobody holds.
select k.id, k.filled
from campaign k
where k.municipality_id = :municipality and k.state = 'launched'
    and case when k.filled
        then exists (
            select from delivery d
            where d.municipality_id = :municipality and d.campaign_id = k.id and d.state in ('queued', 'deferred')
                and d.due_at < :since and (d.lease_until is null or d.lease_until < :at)
        ) or not exists (
            select from delivery d
            where d.municipality_id = :municipality and d.campaign_id = k.id and d.state in ('queued', 'deferred')
        )
        else k.launched_at < :since end

-- name: clear_addresses
-- Delete the addresses of residents whose consent to messages has lapsed.
delete from push_address
where municipality_id = :municipality
    and resident_id in (select resident_id from lapsed_consents(:municipality, 'push_messages', :at))
    and (:only::uuid[] is null or id = any(:only))

-- name: clear_deliveries
-- Delete the deliveries of campaigns whose last one was sent or given up longer ago than they are kept.
delete from delivery d using campaign k
where d.municipality_id = :municipality and k.municipality_id = d.municipality_id and k.id = d.campaign_id
    and k.settled_at < :at::timestamptz - make_interval(days => :delivery_days)
    and (:only::uuid[] is null or d.id = any(:only))
