-- One delivery of a notice ($2) for each device of those residents ($1) who consent to messages at $3; how many they are.
with meant as (
    select r.id, r.municipality_id
    from resident r
    join standing_consent s on s.resident_id = r.id and s.purpose = 'push_messages' and s.granted
        and (s.lapses_at is null or s.lapses_at > $3)
    where r.id = any($1::uuid[])
),
filled as (
    insert into delivery (id, municipality_id, campaign_id, resident_id, address_id, platform, state, starts, due_at)
    select gen_random_uuid(), m.municipality_id, $2, m.id, p.id, c.platform, 'queued', 0, $3::timestamptz - random() * interval '1 second'
    from meant m join push_address p on p.resident_id = m.id join credential c on c.id = p.credential_id
    order by m.id
    returning resident_id
)
select count(distinct resident_id) from filled
