-- Residents who were marked since $1 that their registration goes, can be told at $3 and have not been; up to $2, none of $4.
select r.id
from resident r
where r.warned_on >= $1
    and exists (select from standing_consent s where s.resident_id = r.id and s.purpose = 'push_messages' and s.granted
        and (s.lapses_at is null or s.lapses_at > $3))
    and exists (select from push_address p where p.resident_id = r.id)
    and not exists (
        select from delivery d join campaign k on k.id = d.campaign_id
        where d.resident_id = r.id and k.notice = 'registration_ends' and k.created_at > r.warned_on - interval '7 days')
    and r.id <> all($4::uuid[])
order by r.id
limit $2
for no key update of r skip locked
