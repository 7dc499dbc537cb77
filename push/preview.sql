-- What staff may see of an audience before they write to it. $3 the interests it is meant by. Its neighbours say of each
-- resident whether they would be meant if one list of the expression fitted everybody, or nobody; near counts how many
-- each of them changes, other whom it would then reach.
, candidate as (
    select k.id, k.language, coalesce({holds}, false) as meant{neighbours},
        exists (select from standing_consent s where s.resident_id = k.id and s.purpose = 'push_messages'
            and s.granted and (s.lapses_at is null or s.lapses_at > $2)) as consents,
        exists (select from push_address p where p.resident_id = k.id) as has_address
    from known k
),
seen as materialized (
    select *, consents and has_address as woken from candidate
),
of_area as (
    select distinct d.root, a.resident_id from district d join resident_area a on a.zone_id = d.id
)
select 'reached' as part, null::text as key, count(*) filter (where meant and woken) as n, {near} as near, {other} as other
from seen
union all
select 'without_consent', null, count(*) filter (where meant and not consents), null, null from seen
union all
select 'without_address', null, count(*) filter (where meant and consents and not has_address), null, null from seen
union all
select 'language', language, count(*) filter (where meant and woken), {near}, {other}
from seen group by language
union all
select 'area', a.root::text, count(*) filter (where meant and woken), {near}, {other}
from seen s join of_area a on a.resident_id = s.id group by a.root
union all
select 'interest', i.interest_key, count(*) filter (where meant and woken), {near}, {other}
from seen s join resident_interest i on i.resident_id = s.id
where i.interest_key = any($3::text[]) group by i.interest_key
