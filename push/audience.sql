-- Whom an audience means, and what stands between them and a message. $1 areas, $2 interests, $3 languages, $4 now.
-- Who is meant by where they belong or what they follow is meant only while they consent to a feed of their own.
with recursive district as (
    select unnest($1::uuid[]) as root, unnest($1::uuid[]) as id
    union
    select d.root, z.id from zone z join district d on z.parent_id = d.id
),
meant as (
    select r.id, r.municipality_id, r.language
    from resident r
    where (cardinality($3::text[]) = 0 or r.language = any($3))
        and (cardinality($1::uuid[]) = 0
            or exists (select from resident_area a where a.resident_id = r.id and a.zone_id in (select id from district)))
        and (cardinality($2::text[]) = 0
            or exists (select from resident_interest i where i.resident_id = r.id and i.interest_key = any($2)))
        and (cardinality($1::uuid[]) + cardinality($2::text[]) = 0
            or exists (select from standing_consent s where s.resident_id = r.id and s.purpose = 'personal_feed'
                and s.granted and (s.lapses_at is null or s.lapses_at > $4)))
),
audience as (
    select m.id, m.municipality_id, m.language,
        exists (select from standing_consent s where s.resident_id = m.id and s.purpose = 'push_messages'
            and s.granted and (s.lapses_at is null or s.lapses_at > $4)) as consents
    from meant m
)
