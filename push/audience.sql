-- Whom an audience means, and who of them consents to messages. $1 its districts, $2 now; what is in braces is written by
-- push/criteria.py: the flags that are known of each resident, and whether by them the expression holds.
with recursive district as (
    select unnest($1::uuid[]) as root, unnest($1::uuid[]) as id
    union
    select d.root, z.id from zone z join district d on z.parent_id = d.id
),
known as (
    select r.id, r.municipality_id, r.language{flags}
    from resident r
),
audience as (
    select k.id, k.municipality_id, k.language,
        exists (select from standing_consent s where s.resident_id = k.id and s.purpose = 'push_messages'
            and s.granted and (s.lapses_at is null or s.lapses_at > $2)) as consents
    from known k
    where {holds}
)
