-- How many they are, whether or not a message would reach them; and of them those who can be asked at places.
select 'all' as part, 'registered' as key, count(*)::int as n from meant
union all
select 'all', 'at_places', count(*)::int from meant where at_places
