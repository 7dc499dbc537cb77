-- How many a message would reach now, counted no further than $3.
select count(*) from (
    select from audience a
    where a.consents and exists (select from push_address p where p.resident_id = a.id)
    limit $3
) enough
