-- Whom of an audience a message would go to.
select id from audience where consents order by id
