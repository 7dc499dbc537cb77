-- The ballot box: who fetched a ballot, what was handed in, how it is shaken and counted. No row of an answer leads to
-- a ballot, a receipt or a participant once it was shaken.

-- name: request_before
-- How the request of a participant is known again; null where the ballot was used on paper or not fetched, no row where
-- there is no such participant.
select request_hash from participation
where municipality_id = :municipality and survey_id = :survey and participant = :participant

-- name: fetch_on_roll
-- Note the request of somebody who stands on the roll and has not fetched a ballot.
update participation set request_hash = :request_hash
where municipality_id = :municipality and survey_id = :survey and participant = :participant and request_hash is null

-- name: note_participation
-- Note a participant and their request (null: on paper); nothing where they were noted before.
insert into participation (id, municipality_id, survey_id, participant, request_hash)
values (gen_random_uuid(), :municipality, :survey, :participant, :request_hash)
on conflict (municipality_id, survey_id, participant) do nothing

-- name: count_on_paper
-- How many codes were used on paper.
select count(*) from participation
where municipality_id = :municipality and survey_id = :survey and request_hash is null

-- name: take_back
-- Take an answer that was not shaken out of the box, by the hash of its secret, in each way to write that.
delete from answer
where municipality_id = :municipality and survey_id = :survey and receipt_hash = any(:receipt_hashes::bytea[])
    and not shaken

-- name: receipts_between
-- The receipts of a survey in a range, in their own order.
select receipt_hash from receipt
where municipality_id = :municipality and survey_id = :survey and receipt_hash between :low and :high order by 1

-- name: counted_answers
-- Every answer that has been shaken.
select answers from answer where municipality_id = :municipality and survey_id = :survey and shaken

-- name: count_answers
-- How many answers there are: all, those that were shaken, or those that were not.
select count(*) from answer
where municipality_id = :municipality and survey_id = :survey and (:shaken::boolean is null or shaken = :shaken)

-- name: comments_waiting
-- How many comments of counted surveys nobody has decided about, and their survey where it is one.
select count(*)::int as count, case when count(distinct survey_id) = 1 then min(survey_id::text)::uuid end as subject
from comment
join survey on survey.municipality_id = :municipality and survey.id = comment.survey_id
where comment.municipality_id = :municipality and comment.state = 'waiting' and survey.state in ('counted', 'published')

-- name: answers_up_to
-- How many answers some surveys have, none counted beyond :most, and the smallest group that each asks for itself.
select s.id, coalesce((coalesce(s.wording, s.definition) ->> 'smallest_group')::int, 0) as smallest_group,
    (
        select count(*)::int from (
            select from answer a where a.municipality_id = :municipality and a.survey_id = s.id limit :most
        ) as few
    ) as answers
from survey s
where s.municipality_id = :municipality and s.id = any(:surveys::uuid[])

-- name: share_lock
-- Hold a lock until this transaction ends, together with others who share it.
select pg_advisory_xact_lock_shared(:number)

-- name: take_lock
-- Hold a lock alone until this transaction ends.
select pg_advisory_xact_lock(:number)

-- name: sort_in_memory
-- Let what is sorted in this transaction stay off the disk.
select set_config('work_mem', '64MB', true)

-- name: forget_sweeps
-- Forget the sweeps that were asked for and have not begun.
delete from pgqueuer where entrypoint = :job and status = 'queued'

-- name: written_to
-- The questions to which at least k people wrote words that have not been parted yet: texts, choices that ask for other
-- words, places that take a comment.
select key from unnest(:texts::text[]) as key
where (
    select count(*) from answer
    where municipality_id = :municipality and survey_id = :survey and answers ->> key <> ''
) >= :k
union all
select key from unnest(:choices::text[]) as key
where (
    select count(*) from answer
    where municipality_id = :municipality and survey_id = :survey
        and jsonb_path_exists(answers -> key, '$[*].other ? (@ != "")')
) >= :k
union all
select key from unnest(:places::text[]) as key
where (
    select count(*) from answer
    where municipality_id = :municipality and survey_id = :survey
        and jsonb_path_exists(answers -> key, '$[*].comment ? (@ != "")')
) >= :k

-- name: part_words
-- Part what was written from the answers it came with; of the answers only that something was written is left. What
-- was parted before is written anew with it, all in the order of random ids, so that no transaction and no place on
-- the disk sets the new apart. One statement, over rows that it holds: nothing that comes or is taken back meanwhile
-- is half done. The words of `texts`, `choices` (that ask for other words) and `places` (that take a comment) are
-- handed over; those of `ended_…` end here.
with box as materialized (
    select id, answers from answer
    where municipality_id = :municipality and survey_id = :survey
        and answers ?| (:ended_texts::text[] || :ended_choices::text[] || :ended_places::text[])
    for update
),
written as (
    select key, answers ->> key as body
    from box, unnest(:texts::text[]) as key
    where answers ? key
    union all
    select key, part ->> 'other'
    from box, unnest(:choices::text[]) as key,
        jsonb_array_elements(
            case jsonb_typeof(answers -> key)
                when 'array' then answers -> key
                else jsonb_build_array(answers -> key)
            end
        ) as part
    where answers ? key and jsonb_typeof(part) = 'object'
    union all
    select key, answers -> key ->> 'comment'
    from box, unnest(:places::text[]) as key
    where jsonb_typeof(answers -> key) = 'object'
),
parted_before as (
    delete from comment where municipality_id = :municipality and survey_id = :survey
    returning id, question, body, state, refused_because
),
handed_over as (
    insert into comment (id, municipality_id, survey_id, question, body, state, refused_because)
    select id, :municipality, :survey, question, body, state, refused_because
    from (
        select id, question, body, state, refused_because from parted_before
        union all
        select gen_random_uuid(), key, body, 'waiting', null from written where body <> ''
    ) as every_comment
    order by id
),
stripped as (
    select id, (
        select jsonb_object_agg(given.key, case
            when given.key = any(:ended_texts::text[]) then '""'
            when given.key = any(:ended_choices::text[]) and jsonb_typeof(given.value) = 'object' then '{"other": ""}'
            when given.key = any(:ended_choices::text[]) and jsonb_typeof(given.value) = 'array' then (
                select jsonb_agg(
                    case jsonb_typeof(part) when 'object' then '{"other": ""}' else part end order by place)
                from jsonb_array_elements(given.value) with ordinality as parts (part, place))
            when given.key = any(:ended_places::text[])
                    and jsonb_typeof(given.value) = 'object' and given.value ? 'comment'
                then jsonb_set(given.value, '{comment}', '""')
            else given.value
        end)
        from jsonb_each(box.answers) as given
    ) as answers
    from box
)
update answer set answers = stripped.answers from stripped
where answer.municipality_id = :municipality and answer.id = stripped.id

-- name: shake
-- Shake the box of an open survey: every row is written anew in one transaction, in the order of fresh random ids, so
-- that neither keys, nor places on the disk, nor transaction ids, nor the order of anything say what belongs together.
with answered as (
    delete from answer where municipality_id = :municipality and survey_id = :survey
    returning answers, ballot, receipt_hash
),
receipted as (
    delete from receipt where municipality_id = :municipality and survey_id = :survey returning receipt_hash
),
handed_in as (
    delete from spent_ballot where municipality_id = :municipality and survey_id = :survey returning ballot
),
took_part as (
    delete from participation where municipality_id = :municipality and survey_id = :survey
    returning participant, request_hash
),
answers_again as (
    insert into answer_shaken (id, municipality_id, survey_id, answers, shaken)
    select gen_random_uuid(), :municipality, :survey, answers, true from answered order by 1
),
receipts_again as (
    insert into receipt_shaken (id, municipality_id, survey_id, receipt_hash)
    select gen_random_uuid(), :municipality, :survey, receipt_hash
    from (
        select receipt_hash from receipted
        union all
        select receipt_hash from answered where receipt_hash is not null
    ) as every_receipt
    order by 1
),
ballots_again as (
    insert into spent_ballot (id, municipality_id, survey_id, ballot)
    select gen_random_uuid(), :municipality, :survey, ballot
    from (
        select ballot from handed_in
        union all
        select ballot from answered where ballot is not null
    ) as every_ballot
    order by 1
),
participants_again as (
    insert into participation (id, municipality_id, survey_id, participant, request_hash)
    select gen_random_uuid(), :municipality, :survey, participant, request_hash from took_part order by 1
)
select count(*) from answered

-- name: count_box
-- Count a survey's box: answers and receipts are written for good where they are kept, in one transaction and the order
-- of fresh random ids, parted from each other; ballots, participants and codes are forgotten.
with answered as (
    delete from answer where municipality_id = :municipality and survey_id = :survey returning answers, receipt_hash
),
receipted as (
    delete from receipt where municipality_id = :municipality and survey_id = :survey returning receipt_hash
),
handed_in as (
    delete from spent_ballot where municipality_id = :municipality and survey_id = :survey
),
took_part as (
    delete from participation where municipality_id = :municipality and survey_id = :survey
),
coded as (
    delete from survey_code where municipality_id = :municipality and survey_id = :survey
),
answers_kept as (
    insert into answer (id, municipality_id, survey_id, answers, shaken)
    select gen_random_uuid(), :municipality, :survey, answers, true from answered where :kept order by 1
),
receipts_kept as (
    insert into receipt (id, municipality_id, survey_id, receipt_hash)
    select gen_random_uuid(), :municipality, :survey, receipt_hash
    from (
        select receipt_hash from receipted
        union all
        select receipt_hash from answered where receipt_hash is not null
    ) as every_receipt
    where :kept
    order by 1
)
select count(*) from answered
