-- What was sent to a resident ($1) and still stands at $2, the youngest first; each campaign once for each device.
select d.id, d.campaign_id, k.launched_at, coalesce(k.send_at, k.launched_at) as due, k.expires_at, k.importance,
    k.kind, k.notice, k.subject_kind, k.subject_id, k.title, k.body, k.audience, r.digest, a.timezone
from delivery d
join campaign k on k.id = d.campaign_id
join resident r on r.id = d.resident_id
left join push_address a on a.id = d.address_id
where d.resident_id = $1 and d.state = 'sent' and k.state in ('launched', 'done') and k.expires_at > $2
    and not exists (select from survey_mute m where m.resident_id = d.resident_id and m.subject_id = k.subject_id)
order by d.done_at desc, d.id
limit 500
