-- Write down what became of a chunk ($1 ids … $5), and give up the lease. A recall is not undone by a later retry.
update delivery d
set state = r.state, reason = r.reason, lease_until = null,
    due_at = coalesce(r.due_at, d.due_at),
    starts = d.starts - r.unstarted,
    done_at = case when r.state in ('queued', 'deferred') then null else $6::timestamptz end
from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::int[]) as r(id, state, reason, due_at, unstarted)
where d.id = r.id and (d.state in ('queued', 'deferred') or r.state = 'sent')
