-- Residents who registered on $2 or before, with the traits that staff count by at $1: nobody's id is read. Districts
-- with those around them; what somebody follows or which band they are in only where they have consented to be chosen
-- by it; which of the last messages ($3) they got, and how many in a day and in a week.
with recursive around as (
    select id as zone_id, id as root, parent_id from zone where kind = 'district'
    union
    select a.zone_id, z.id, z.parent_id from around a join zone z on z.id = a.parent_id
),
consented as (
    select resident_id,
        bool_or(purpose = 'push_messages') as messages,
        bool_or(purpose = 'personal_feed') as feed,
        bool_or(purpose = 'profile_statistics') as statistics,
        bool_or(purpose in ('location_zones', 'location_beacons')) as places
    from standing_consent
    where granted and (lapses_at is null or lapses_at > $1)
    group by resident_id
),
woken as (
    select distinct on (resident_id) resident_id, timezone from push_address order by resident_id, id
),
areas as (
    select f.resident_id, array_agg(distinct a.root) as ids
    from resident_area f join around a on a.zone_id = f.zone_id
    group by f.resident_id
),
interests as (
    select resident_id, array_agg(interest_key) as keys from resident_interest group by resident_id
),
got as (
    select resident_id, array_agg(distinct campaign_id) as ids
    from delivery
    where campaign_id = any($3::uuid[]) and address_id is not null and state in ('queued', 'deferred', 'sent')
    group by resident_id
),
had as (
    select resident_id, count(distinct campaign_id) as in_week,
        count(distinct campaign_id) filter (where done_at > $1::timestamptz - interval '1 day') as in_day
    from delivery
    where state = 'sent' and done_at > $1::timestamptz - interval '7 days'
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
where r.registered_on <= $2
