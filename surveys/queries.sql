-- Who may answer, and what concerns a resident.

-- name: follows_within
-- Whether a resident follows one of the districts, or one that lies in it.
select exists (
    select from resident_area a
    where a.municipality_id = :municipality and a.resident_id = :resident
        and a.zone_id in (select id from districts_within(:municipality, :districts::uuid[]))
)

-- name: note_participant
-- Note that somebody was registered when a survey opened, as the survey knows them.
insert into participation (id, municipality_id, survey_id, participant)
values (gen_random_uuid(), :municipality, :survey, :participant)

-- name: mine
-- What a resident's feed is chosen by: the districts that they follow with those around them, their interests, what
-- they have muted, and the hearings that they follow.
select
    array(select id from followed_districts(:municipality, :resident) as id) as areas,
    array(
        select interest_key from resident_interest where municipality_id = :municipality and resident_id = :resident
    ) as interests,
    array(select subject_id from survey_mute where municipality_id = :municipality and resident_id = :resident) as muted,
    array(
        select hearing_id from hearing_follow where municipality_id = :municipality and resident_id = :resident
    ) as followed

-- name: topics_used
-- How many surveys, hearings, items of information and messages are for those who follow each topic.
select key, kind, count(*) as count
from (
    select 'surveys' as kind, id, jsonb_path_query(definition, 'lax $.eligibility.**.interests[*]') #>> '{}' as key
    from survey where municipality_id = :municipality and kind = 'survey'
    union
    select 'hearings', id, jsonb_array_elements_text(coalesce(written -> 'interests', '[]'))
    from hearing where municipality_id = :municipality
    union
    select 'news', id, jsonb_array_elements_text(interests) from information where municipality_id = :municipality
    union
    select 'messages', id, jsonb_path_query(audience, 'lax $.**.interests[*]') #>> '{}'
    from campaign where municipality_id = :municipality
) as uses
group by key, kind
order by key, kind

-- name: clear_previews
-- Delete links to drafts that have run out.
delete from survey_preview
where municipality_id = :municipality and expires_at <= :at and (:only::uuid[] is null or id = any(:only))

-- name: clear_statement_addresses
-- Delete the addresses of statements that were not confirmed in time.
delete from statement_address
where municipality_id = :municipality and expires_at <= :at and (:only::uuid[] is null or id = any(:only))

-- name: clear_hearing_follows
-- Delete which hearings are followed by residents whose consent to follow has lapsed.
delete from hearing_follow
where municipality_id = :municipality
    and resident_id in (select resident_id from lapsed_consents(:municipality, 'personal_feed', :at))
    and (:only::uuid[] is null or id = any(:only))

-- name: open_lines
-- The surveys that can be answered now as lists show them, those that close first before the others.
select id, state, opens_at, closes_at, created_at, opened_at, closed_at, counted, text_version, d -> 'title' as title,
    d -> 'intro' as intro, d -> 'languages' as languages, d ->> 'assurance' as assurance,
    d -> 'eligibility' as eligibility, jsonb_array_length(d -> 'questions') as questions
from (select *, coalesce(wording, definition) as d from survey where municipality_id = :municipality) as s
where kind = 'survey' and state = 'open' and (opens_at is null or opens_at <= :at)
    and (closes_at is null or closes_at > :at)
order by closes_at nulls last, id

-- name: lines_found
-- Surveys as lists show them: those in a state (or `all`, or `untranslated`: open, and lacking one of :languages) whose
-- title has all of :words, in the order :by, so many from a place on. The rows of one page alone are looked into, but
-- for the titles where these are asked for.
select id, state, opens_at, closes_at, created_at, opened_at, closed_at, counted, text_version, d -> 'title' as title,
    d -> 'intro' as intro, d -> 'languages' as languages, d ->> 'assurance' as assurance,
    d -> 'eligibility' as eligibility, jsonb_array_length(d -> 'questions') as questions
from (
    select *, row_number() over (
        order by case when :by::text = 'open' then array_position(array['open', 'draft', 'closed'], state::text) end,
            case when :by = 'ending' and state = 'open' then closes_at end,
            case when :by = 'title' then translate(
                lower(coalesce(d -> 'title' ->> :language::text, d -> 'title' ->> (d -> 'languages' ->> 0))), 'æøå', '{|}'
            ) end,
            created_at desc, id desc
        ) as place
    from (select *, coalesce(wording, definition) as d from survey where municipality_id = :municipality) as s
    where kind = 'survey'
        and (
            :state::text = 'all' or :state = case when state = 'published' then 'counted' else state end
            or :state = 'untranslated' and state = 'open' and not d -> 'languages' ?& :languages::text[]
        )
        and (
            cardinality(:words::text[]) = 0 or (
                select bool_and(title ilike word)
                from unnest(:words) word, (select string_agg(value, ' ') as title from jsonb_each_text(d -> 'title')) t
            )
        )
    order by place
    limit :limit offset :offset
) as found
order by place

-- name: counts_found
-- How many surveys whose title has all of :words are in each state, and how many of the open ones lack one of
-- :languages.
select case when state = 'published' then 'counted' else state end as state, count(*)::int as n,
    (count(*) filter (where state = 'open' and not d -> 'languages' ?& :languages::text[]))::int as untranslated
from (select *, coalesce(wording, definition) as d from survey where municipality_id = :municipality) as s
where kind = 'survey' and (
    cardinality(:words::text[]) = 0 or (
        select bool_and(title ilike word)
        from unnest(:words) word, (select string_agg(value, ' ') as title from jsonb_each_text(d -> 'title')) t
    )
)
group by 1

-- name: untranslated
-- How many open surveys lack one of :languages, and which where it is one.
select count(*)::int as count, case when count(*) = 1 then min(id::text)::uuid end as subject
from survey
where municipality_id = :municipality and kind = 'survey' and state = 'open'
    and not coalesce(wording, definition) -> 'languages' ?& :languages::text[]

-- name: whole_page
-- The youngest first, from a sort key on, with the documents as text, but for the times.
select id, state, opens_at, closes_at, created_at, opened_at, closed_at, counted, on_paper,
    '{"intro": null, "plan_id": null}' || (coalesce(wording, definition) - 'opens_at' - 'closes_at') as document
from survey
where municipality_id = :municipality and kind = 'survey'
    and (:after::timestamptz is null or (created_at, id) < (:after, :after_id::uuid))
order by created_at desc, id desc limit :limit

-- name: next_change
-- When something of the municipality next opens, closes, appears or ends, after :at.
select min(moment) from (
    select opens_at as moment from survey where municipality_id = :municipality and state = 'open' and opens_at > :at
    union all
    select closes_at from survey where municipality_id = :municipality and state = 'open' and closes_at > :at
    union all
    select deadline from hearing where municipality_id = :municipality and state = 'open' and deadline > :at
    union all
    select published_at from information where municipality_id = :municipality and published_at > :at
    union all
    select expires_at from information where municipality_id = :municipality and expires_at > :at
) as moments

-- name: subjects
-- What a message can be about, the youngest first, from a sort key on: surveys and hearings that were launched (or
-- `drafts` too), items of information; all, or those whose title has `titled` in it in any language.
select kind, id, title, at from (
    select 'survey' as kind, id, coalesce(wording, definition) -> 'title' as title, created_at as at
    from survey where municipality_id = :municipality and kind = 'survey' and (:drafts or state <> 'draft')
    union all
    select 'hearing', id, written -> 'title', created_at from hearing
    where municipality_id = :municipality and (:drafts or state <> 'draft')
    union all
    select 'info', id, title, published_at from information where municipality_id = :municipality
) as subject
where (:after::timestamptz is null or (at, id) < (:after, :after_id::uuid))
    and (:titled::text is null or exists (
        select from jsonb_each_text(title) as said where strpos(lower(said.value), lower(:titled)) > 0
    ))
order by at desc, id desc
limit :limit

-- name: subjects_among
-- Of some surveys, hearings and items their titles, and whether residents can open them at a time.
select id, coalesce(wording, definition) -> 'title' as title,
    state = 'open' and (opens_at is null or opens_at <= :at) and (closes_at is null or closes_at > :at) as open
from survey where municipality_id = :municipality and kind = 'survey' and id = any(:ids::uuid[])
union all
select id, written -> 'title', state = 'open' and deadline > :at
from hearing where municipality_id = :municipality and id = any(:ids)
union all
select id, title, published_at <= :at and (expires_at is null or expires_at > :at)
from information where municipality_id = :municipality and id = any(:ids)

-- name: note_editor
-- Note that somebody has a draft open in a window, and forget those who were not heard of since.
with gone as (delete from draft_editor where municipality_id = :municipality and seen_at < :gone)
insert into draft_editor (id, municipality_id, survey_id, tab, member_id, seen_at)
values (gen_random_uuid(), :municipality, :survey, :tab, :member, :at)
on conflict (municipality_id, survey_id, tab) do update set seen_at = excluded.seen_at

-- name: clear_editors
-- Forget who had drafts open.
delete from draft_editor
where municipality_id = :municipality and seen_at < :at::timestamptz - interval '1 hour'
    and (:only::uuid[] is null or id = any(:only))

-- name: uses_of_place
-- At most 200 surveys, hearings and items of information that hang on a zone: that its triggers lead to, or those of
-- its beacons, or whose audience it is. Those first that can be answered or read now.
with rule as (
    select id, subject_id from trigger
    where municipality_id = :municipality and (
        zone_id = :zone or beacon_id in (select id from beacon where municipality_id = :municipality and zone_id = :zone)
    )
), thing as (
    select 'survey' as kind, id, coalesce(wording, definition) -> 'title' as title, state,
        id in (select subject_id from rule) or exists (
            select from jsonb_array_elements_text(
                case jsonb_typeof(definition #> '{eligibility,triggers}')
                    when 'array' then definition #> '{eligibility,triggers}' else '[]' end
            ) as named
            join rule on rule.id::text = named
        ) as at,
        definition #> '{eligibility,areas}' as areas
    from survey where municipality_id = :municipality and kind = 'survey'
    union all
    select 'survey', id, written -> 'title', 'draft', true, null
    from survey_draft where municipality_id = :municipality and plan #>> '{place,zone_id}' = :zone::uuid::text
        and id not in (select subject_id from rule)
    union all
    select 'hearing', id, written -> 'title', state, id in (select subject_id from rule), written -> 'areas'
    from hearing where municipality_id = :municipality
    union all
    select 'info', id, title, case when expires_at <= now() then 'closed' else 'open' end,
        id in (select subject_id from rule), areas
    from information where municipality_id = :municipality
)
select kind, id, coalesce(title, '{}') as title, state, at from thing
where at or areas @> to_jsonb(array[:zone::uuid::text])
order by state <> 'open', state <> 'draft', kind, id
limit 200
