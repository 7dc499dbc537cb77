-- What became of a campaign ($1), counted in residents: each once by the best that became of the message on any of
-- their devices, each once for every platform they have, and those whose address led nowhere any more.
with outcome as (
    select resident_id, platform,
        array_position(
            array['sent', 'queued', 'deferred', 'recalled', 'expired', 'failed', 'gone', 'withheld']::text[], state::text
        ) || '/' || state || '/' || coalesce(reason, '') as outcome
    from delivery
    where campaign_id = $1
),
best as (
    select case when grouping(platform) = 1 then '' else platform end as platform, min(outcome) as outcome
    from outcome
    group by grouping sets ((resident_id), (resident_id, platform))
)
select platform, split_part(outcome, '/', 2) as state, nullif(split_part(outcome, '/', 3), '') as reason, count(*)::int as n
from best
where platform is not null
group by platform, outcome
union all
select '', 'pruned', null, count(distinct resident_id)::int
from delivery
where campaign_id = $1 and state = 'gone' and reason <> 'no_address'
having count(*) > 0
