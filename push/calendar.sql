-- What is planned or under way between $1 and $2: launched messages that go out or still stand then, and drafts with a
-- time. In the order in which they go.
select id, title, kind, subject_kind, subject_id, state, importance, topic, audience_size,
    coalesce(send_at, launched_at) as goes_at, expires_at, waits_for_approval, rounding
from campaign
where kind <> 'notice' and state <> 'recalled'
    and coalesce(send_at, launched_at) < $2 and (coalesce(send_at, launched_at) >= $1 or expires_at >= $1)
order by goes_at, id
limit 1000
