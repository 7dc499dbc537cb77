-- How soon after they were due messages of some campaigns ($1) went out, in seconds: the first, and the 95th of a hundred.
select d.campaign_id,
    extract(epoch from min(d.done_at) - min(coalesce(k.send_at, k.launched_at)))::float as first_s,
    extract(epoch from percentile_disc(0.95) within group (order by d.done_at) - min(coalesce(k.send_at, k.launched_at)))::float as p95_s
from delivery d
join campaign k on k.id = d.campaign_id
where d.campaign_id = any($1::uuid[]) and d.state = 'sent'
group by d.campaign_id
