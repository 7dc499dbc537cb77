-- Shake the box of an open survey: every row is written anew in one transaction, in the order of fresh random ids, so
-- that neither keys, nor places on the disk, nor transaction ids, nor the order of anything say what belongs together.
-- $1 survey, $2 municipality.
with answered as (
    delete from answer where survey_id = $1 returning answers, ballot, receipt_hash
),
receipted as (
    delete from receipt where survey_id = $1 returning receipt_hash
),
handed_in as (
    delete from spent_ballot where survey_id = $1 returning ballot
),
took_part as (
    delete from participation where survey_id = $1 returning participant, request_hash
),
answers_again as (
    insert into answer_shaken (id, municipality_id, survey_id, answers, shaken)
    select gen_random_uuid(), $2, $1, answers, true from answered order by 1
),
receipts_again as (
    insert into receipt_shaken (id, municipality_id, survey_id, receipt_hash)
    select gen_random_uuid(), $2, $1, receipt_hash
    from (
        select receipt_hash from receipted
        union all
        select receipt_hash from answered where receipt_hash is not null
    ) as every_receipt
    order by 1
),
ballots_again as (
    insert into spent_ballot (id, municipality_id, survey_id, ballot)
    select gen_random_uuid(), $2, $1, ballot
    from (
        select ballot from handed_in
        union all
        select ballot from answered where ballot is not null
    ) as every_ballot
    order by 1
),
participants_again as (
    insert into participation (id, municipality_id, survey_id, participant, request_hash)
    select gen_random_uuid(), $2, $1, participant, request_hash from took_part order by 1
)
select count(*) from answered
