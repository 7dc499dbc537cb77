-- How many of them a message would reach.
select 'status' as part, 'reached' as key, count(*)::int as n from reached
