-- What went out of a campaign ($1) to devices that are still reached, after $2, in the order of ids.
select d.id, d.resident_id, a.kind, a.address, a.locale, a.timezone, c.platform, r.digest,
    coalesce(k.send_at, k.launched_at) as due, k.importance
from delivery d
join campaign k on k.id = d.campaign_id
join resident r on r.id = d.resident_id
join push_address a on a.id = d.address_id
join credential c on c.id = a.credential_id
where d.campaign_id = $1 and d.state = 'sent' and d.id > $2
order by d.id
limit $3
