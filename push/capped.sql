-- Those who would be reached and have had as many messages as they get in a day ($3) or a week ($4).
select count(*)
from (
    select d.resident_id
    from delivery d
    where d.state = 'sent' and d.done_at > $2::timestamptz - interval '7 days'
    group by d.resident_id
    having count(distinct d.campaign_id) >= $4::int
        or count(distinct d.campaign_id) filter (where d.done_at > $2::timestamptz - interval '1 day') >= $3::int
) full_up
join audience a on a.id = full_up.resident_id
where a.consents and exists (select from push_address p where p.resident_id = a.id)
