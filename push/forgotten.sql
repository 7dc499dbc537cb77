-- Campaigns whose job is lost: launched and never frozen, or with deliveries due since $2 that nobody holds at $1.
select k.id, k.filled
from campaign k
where k.state = 'launched'
    and case when k.filled
        then exists (
            select from delivery d
            where d.campaign_id = k.id and d.state in ('queued', 'deferred') and d.due_at < $2
                and (d.lease_until is null or d.lease_until < $1))
            or not exists (
                select from delivery d where d.campaign_id = k.id and d.state in ('queued', 'deferred'))
        else k.launched_at < $2 end
