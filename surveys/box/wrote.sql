-- The questions to which at least $2 people wrote, now or before an earlier shake; of places, which were pointed at.
-- $1 survey; $3 texts and places, $4 choices that ask for other words.
select key from unnest($3::text[]) as key
where (select count(*) from answer where survey_id = $1 and answers ? key) >= $2
union all
select key from unnest($4::text[]) as key
where (
    select count(*) from answer where survey_id = $1 and jsonb_path_exists(answers -> key, '$[*].other')
) >= $2
