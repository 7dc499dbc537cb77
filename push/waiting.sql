-- Those who would be reached, by what they have asked for and where their phone is.
select r.quiet_from, r.quiet_to, r.digest, p.timezone, count(*) as n
from audience a
join resident r on r.id = a.id
join lateral (select timezone from push_address p where p.resident_id = a.id order by p.id limit 1) p on true
where a.consents
group by r.quiet_from, r.quiet_to, r.digest, p.timezone
