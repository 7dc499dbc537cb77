-- Campaigns that have ended, are not counted for good, and of which nobody holds a delivery at $1.
select k.id
from campaign k
where k.settled_at is null and k.state in ('done', 'recalled')
    and not exists (
        select from delivery d where d.campaign_id = k.id and (d.state in ('queued', 'deferred') or d.lease_until > $1))
limit 50
