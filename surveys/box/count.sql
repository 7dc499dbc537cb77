-- Count a survey's box: answers and receipts are written for good, in one transaction and the order of fresh random
-- ids, parted from each other; ballots, participants and codes are forgotten.
-- $1 survey, $2 municipality; $3 whether answers and receipts are kept.
with answered as (
    delete from answer where survey_id = $1 returning answers, receipt_hash
),
receipted as (
    delete from receipt where survey_id = $1 returning receipt_hash
),
handed_in as (
    delete from spent_ballot where survey_id = $1
),
took_part as (
    delete from participation where survey_id = $1
),
coded as (
    delete from survey_code where survey_id = $1
),
answers_kept as (
    insert into answer (id, municipality_id, survey_id, answers, shaken)
    select gen_random_uuid(), $2, $1, answers, true from answered where $3 order by 1
),
receipts_kept as (
    insert into receipt (id, municipality_id, survey_id, receipt_hash)
    select gen_random_uuid(), $2, $1, receipt_hash
    from (
        select receipt_hash from receipted
        union all
        select receipt_hash from answered where receipt_hash is not null
    ) as every_receipt
    where $3
    order by 1
)
select count(*) from answered
