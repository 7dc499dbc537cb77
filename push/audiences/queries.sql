-- Whom an audience means at this moment, and the snapshot of the night. An audience comes as its `:leaves` (a JSON array of
-- {"areas": […]}, {"interests": […]}, {"languages": […]} or {"ages": […]}) and as a predicate over what is known of
-- each of them, `:holds`, a path of SQL/JSON (`criteria.py` makes both).

-- name: members
-- Whom an audience means at this moment, and who of them consents to messages. What is not consented to be chosen by is
-- not known of a resident: neither true nor false.
with leaf as materialized (
    select l.place, t.trait, array(select jsonb_array_elements_text(t.wanted)) as wanted,
        case when t.trait = 'areas' then array(
            select w.id from districts_within(
                :municipality, array(select jsonb_array_elements_text(t.wanted)::uuid)
            ) w
        ) end as districts
    from jsonb_array_elements(:leaves::jsonb) with ordinality l(leaf, place), jsonb_each(l.leaf) t(trait, wanted)
),
asked as materialized (
    select r.id, r.language, r.birth_year_band,
        r.id in (select resident_id from consents(:municipality, 'push_messages', :at)) as messages,
        r.id in (select resident_id from consents(:municipality, 'personal_feed', :at)) as feed,
        r.id in (select resident_id from consents(:municipality, 'profile_statistics', :at)) as statistics
    from resident r
    where r.municipality_id = :municipality
)
select r.id, r.messages as consents
from asked r
cross join lateral (
    select to_jsonb(array(
        select case
            when leaf.trait = 'languages' then r.language = any(leaf.wanted)
            when leaf.trait = 'ages' and r.statistics then r.birth_year_band = any(leaf.wanted)
            when leaf.trait = 'areas' and r.feed then exists (
                select from resident_area a
                where a.municipality_id = :municipality and a.resident_id = r.id and a.zone_id = any(leaf.districts)
            )
            when leaf.trait = 'interests' and r.feed then exists (
                select from resident_interest i
                where i.municipality_id = :municipality and i.resident_id = r.id and i.interest_key = any(leaf.wanted)
            )
        end
        from leaf order by leaf.place
    )) as flags
) known
where jsonb_path_match(known.flags, :holds::jsonpath)
order by r.id

-- name: snapshot_columns
-- Which rows of the snapshot have which traits: of these traits all values, of each list those that are named.
select trait, value, holders from audience_snapshot_trait
where municipality_id = :municipality and (
    trait = any(:traits::text[])
    or trait = 'areas' and value = any(:areas::text[])
    or trait = 'interests' and value = any(:interests::text[])
    or trait = 'languages' and value = any(:languages::text[])
    or trait = 'ages' and value = any(:ages::text[])
)

-- name: residents_to_count
-- Residents registered on :since or before, with the traits that staff count by: nobody's id is read. Districts with
-- those around them; what somebody follows or which band they are in only where they have consented to be chosen by it;
-- which of the last messages (:campaigns) they got, and how many in a day and in a week.
with around as (
    select root, array_agg(id) as ids from districts_around(
        :municipality, array(select id from zone where municipality_id = :municipality and kind = 'district')
    )
    group by root
),
consented as (
    select resident_id,
        bool_or(purpose = 'push_messages') as messages,
        bool_or(purpose = 'personal_feed') as feed,
        bool_or(purpose = 'profile_statistics') as statistics,
        bool_or(purpose in ('location_zones', 'location_beacons')) as places
    from standing_consent
    where municipality_id = :municipality and granted and (lapses_at is null or lapses_at > :at)
    group by resident_id
),
woken as (
    select distinct on (resident_id) resident_id, timezone
    from push_address where municipality_id = :municipality order by resident_id, id
),
areas as (
    select f.resident_id, array_agg(distinct one.id) as ids
    from resident_area f join around a on a.root = f.zone_id, unnest(a.ids) as one(id)
    where f.municipality_id = :municipality
    group by f.resident_id
),
interests as (
    select resident_id, array_agg(interest_key) as keys
    from resident_interest where municipality_id = :municipality group by resident_id
),
got as (
    select resident_id, array_agg(distinct campaign_id) as ids
    from delivery
    where municipality_id = :municipality and campaign_id = any(:campaigns::uuid[]) and address_id is not null
        and state in ('queued', 'deferred', 'sent')
    group by resident_id
),
had as (
    select resident_id, count(distinct campaign_id) as in_week,
        count(distinct campaign_id) filter (where done_at > :at::timestamptz - interval '1 day') as in_day
    from delivery
    where municipality_id = :municipality and state = 'sent' and done_at > :at::timestamptz - interval '7 days'
    group by resident_id
)
select
    case when not coalesce(c.messages, false) then 'no_consent' when w.resident_id is null then 'no_address'
        else 'reached' end as status,
    coalesce(c.feed, false) as follows, coalesce(c.places, false) as at_places, r.language,
    case when c.statistics then r.birth_year_band end as age,
    r.quiet_from, r.quiet_to, r.digest, w.timezone,
    coalesce(h.in_day, 0)::int as in_day, coalesce(h.in_week, 0)::int as in_week,
    case when c.feed then a.ids end as areas, case when c.feed then i.keys end as interests, g.ids as messages
from resident r
left join consented c on c.resident_id = r.id
left join woken w on w.resident_id = r.id
left join areas a on a.resident_id = r.id
left join interests i on i.resident_id = r.id
left join got g on g.resident_id = r.id
left join had h on h.resident_id = r.id
where r.municipality_id = :municipality and r.registered_on <= :since

-- name: add_snapshot_columns
-- Which rows of the snapshot have which traits.
insert into audience_snapshot_trait (id, municipality_id, trait, value, holders)
select gen_random_uuid(), :municipality, t.trait, t.value, t.holders
from unnest(:traits::text[], :values::text[], :holders::bytea[]) as t (trait, value, holders)

-- name: lock_snapshot
-- Of several that would make the municipality's snapshot at once, one does.
select pg_advisory_xact_lock(hashtextextended('snapshot ' || :municipality::uuid::text, 0))
