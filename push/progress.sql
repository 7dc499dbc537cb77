-- Each resident once: by the best that became of the message on any of their devices.
select state, reason, count(*) as n
from (
    select distinct on (resident_id) resident_id, state, reason
    from delivery
    where campaign_id = $1
    order by resident_id, array_position(
        array['sent', 'queued', 'deferred', 'recalled', 'expired', 'failed', 'gone', 'withheld']::text[], state::text)
) each
group by state, reason
