-- The snapshot of a launched campaign: $3 campaign, $4 when it is due. One delivery for each device of those who
-- consent; one that is withheld for those of them who have none. Ordered, so that the indexes are written in order.
-- Within a second they are due in an order of chance: the courier sees none that comes again.
, filled as (
    insert into delivery
        (id, municipality_id, campaign_id, resident_id, address_id, platform, state, reason, starts, due_at, done_at)
    select gen_random_uuid(), a.municipality_id, $3, a.id, p.id, c.platform,
        case when p.id is null then 'withheld' else 'queued' end,
        case when p.id is null then 'no_address' end,
        0, $4::timestamptz - random() * interval '1 second', case when p.id is null then $2::timestamptz end
    from audience a
    left join push_address p on p.resident_id = a.id
    left join credential c on c.id = p.credential_id
    where a.consents {some}
    order by a.id
    returning resident_id, address_id
)
select
    (select count(distinct resident_id) from filled) as consenting,
    (select count(*) from audience where not consents) as without_consent
