-- How soon after it was due a message went out, in seconds: the first, and the 95th of a hundred.
select
    extract(epoch from min(d.done_at) - min(coalesce(k.send_at, k.launched_at)))::float as first_s,
    extract(epoch from percentile_disc(0.95) within group (order by d.done_at) - min(coalesce(k.send_at, k.launched_at)))::float as p95_s
from delivery d
join campaign k on k.id = d.campaign_id
where d.campaign_id = $1 and d.state = 'sent'
