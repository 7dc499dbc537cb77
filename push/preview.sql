-- What staff see of them: by status, and of those reached by language, district, interest, what they have asked for, how
-- many messages they had, and which of the last ones ($1 districts, $2 interests).
select 'status' as part, status as key, count(*)::int as n from meant group by status
union all
select 'language', language, count(*)::int from reached group by language
union all
select 'area', area::text, count(*)::int from reached, unnest(areas) area where area = any($1::uuid[]) group by area
union all
select 'interest', interest, count(*)::int from reached, unnest(interests) interest
where interest = any($2::text[]) group by interest
union all
select 'manner', json_build_array(quiet_from, quiet_to, digest, timezone)::text, count(*)::int
from reached group by quiet_from, quiet_to, digest, timezone
union all
select 'had', json_build_array(in_day, in_week)::text, count(*)::int from reached group by in_day, in_week
union all
select 'message', message::text, count(*)::int from reached, unnest(messages) message group by message
