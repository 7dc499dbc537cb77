-- What is said and shown in hearings.

-- name: replace_document
-- Put another file in a document's place, under a new id and at its place in the list.
update hearing_document
set id = :new_id, name = :name, media_type = :media_type, size = :size, sha256 = :sha256
where municipality_id = :municipality and id = :id

-- name: anybody_heard
-- Whether somebody has spoken in a hearing, by name or by ballot.
select exists (select from statement where municipality_id = :municipality and hearing_id = :hearing)
    or exists (select from answer where municipality_id = :municipality and survey_id = :hearing)

-- name: letter_to_confirm
-- Held by nobody: the sealed address of a letter that has not gone, and the hearing that it is about.
select a.sealed, s.hearing_id from statement_address a
join statement s on s.municipality_id = a.municipality_id and s.id = a.statement_id
where a.municipality_id = :municipality and a.id = :id and not a.sent and a.expires_at > :at

-- name: confirm_statement
-- Use a link, once: the statement is confirmed, and nothing leads to its address any more.
with used as (
    delete from statement_address
    where municipality_id = :municipality and token_hash = :token_hash and expires_at > :at
    returning statement_id
)
update statement set email_confirmed = true
where municipality_id = :municipality and id in (select statement_id from used)

-- name: unread_statements
-- How many statements nobody has decided about, and their hearing where it is one.
select count(*)::int as count, case when count(distinct hearing_id) = 1 then min(hearing_id::text)::uuid end as subject
from statement
where municipality_id = :municipality and state = 'received'

-- name: ending_soon
-- How many open hearings end before :until, and which where it is one.
select count(*)::int as count, case when count(*) = 1 then min(id::text)::uuid end as subject
from hearing
where municipality_id = :municipality and state = 'open' and deadline > :at and deadline <= :until

-- name: opinions
-- The anonymous opinions of a hearing once its box was counted, in the order of their random ids, from one on.
select a.id, a.answers ->> 'opinion' as opinion
from answer a join survey s on s.municipality_id = a.municipality_id and s.id = a.survey_id
where a.municipality_id = :municipality and a.survey_id = :hearing and a.shaken
    and s.state in ('counted', 'published') and (:after::uuid is null or a.id > :after)
order by a.id limit :limit
