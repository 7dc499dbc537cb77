-- What became of some campaigns ($1), counted in residents: each once by the best that became of the message on any of
-- their devices, each once for every platform they have, and those whose address led nowhere any more.
with outcome as (
    select campaign_id, resident_id, platform,
        array_position(
            array['sent', 'queued', 'deferred', 'recalled', 'expired', 'failed', 'gone', 'withheld']::text[], state::text
        ) || '/' || state || '/' || coalesce(reason, '') as outcome
    from delivery
    where campaign_id = any($1::uuid[])
),
best as (
    select campaign_id, case when grouping(platform) = 1 then '' else platform end as platform, min(outcome) as outcome
    from outcome
    group by grouping sets ((campaign_id, resident_id), (campaign_id, resident_id, platform))
)
select campaign_id, platform, split_part(outcome, '/', 2) as state, nullif(split_part(outcome, '/', 3), '') as reason,
    count(*)::int as n
from best
where platform is not null
group by campaign_id, platform, outcome
union all
select campaign_id, '', 'pruned', null, count(distinct resident_id)::int
from delivery
where campaign_id = any($1::uuid[]) and state = 'gone' and reason <> 'no_address'
group by campaign_id
