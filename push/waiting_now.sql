-- What is due at $1 in campaigns under way, and how long the oldest of it has been.
select count(*) as n, coalesce(extract(epoch from $1 - min(d.due_at)), 0)::float as oldest_s
from delivery d
join campaign k on k.id = d.campaign_id
where k.state = 'launched' and d.state in ('queued', 'deferred') and d.due_at <= $1
