, reached as materialized (
    select a.id, a.language, a.consents,
        a.consents and exists (select from push_address p where p.resident_id = a.id) as has_address
    from audience a
)
select 'reached' as part, null::text as key, count(*) filter (where has_address) as n from reached
union all select 'without_consent', null, count(*) filter (where not consents) from reached
union all select 'without_address', null, count(*) filter (where consents and not has_address) from reached
union all select 'language', language, count(*) from reached where has_address group by language
union all
select 'area', d.root::text, count(distinct r.id)
from reached r join resident_area a on a.resident_id = r.id join district d on d.id = a.zone_id
where r.has_address group by d.root
union all
select 'interest', i.interest_key, count(*)
from reached r join resident_interest i on i.resident_id = r.id
where r.has_address and i.interest_key = any($2) group by i.interest_key
