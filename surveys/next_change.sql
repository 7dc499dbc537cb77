-- When something of the municipality next opens, closes, appears or ends, after $1.
select min(at) from (
    select opens_at as at from survey where state = 'open' and opens_at > $1
    union all
    select closes_at from survey where state = 'open' and closes_at > $1
    union all
    select deadline from hearing where state = 'open' and deadline > $1
    union all
    select published_at from information where published_at > $1
    union all
    select expires_at from information where expires_at > $1
) as moments
