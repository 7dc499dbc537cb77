-- Which messages of the last week went, or are about to go, to those who would be reached, and to how many of them.
select k.id, k.title, k.launched_at, count(distinct d.resident_id) as n
from campaign k
join delivery d on d.campaign_id = k.id
join audience a on a.id = d.resident_id
where k.kind <> 'notice' and k.state in ('launched', 'done') and k.launched_at > $2::timestamptz - interval '7 days'
    and d.address_id is not null and d.state in ('queued', 'deferred', 'sent')
    and a.consents and exists (select from push_address p where p.resident_id = a.id)
group by k.id
order by k.launched_at desc
limit 10
