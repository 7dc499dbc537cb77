-- What of a worker's chunk ($1) is still to be sent, and whether its resident has muted what it is about.
select d.id, not exists (
    select from survey_mute m where m.resident_id = d.resident_id and m.subject_id = k.subject_id) as wanted
from delivery d
join campaign k on k.id = d.campaign_id
where d.id = any($1::uuid[]) and d.state in ('queued', 'deferred')
