-- The questions to which at least $2 people wrote words that have not been parted yet.
-- $1 survey; $3 texts, $4 choices that ask for other words, $5 places that take a comment.
select key from unnest($3::text[]) as key
where (select count(*) from answer where survey_id = $1 and answers ->> key <> '') >= $2
union all
select key from unnest($4::text[]) as key
where (
    select count(*) from answer where survey_id = $1 and jsonb_path_exists(answers -> key, '$[*].other ? (@ != "")')
) >= $2
union all
select key from unnest($5::text[]) as key
where (
    select count(*) from answer where survey_id = $1 and jsonb_path_exists(answers -> key, '$[*].comment ? (@ != "")')
) >= $2
