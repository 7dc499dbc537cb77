-- What the application's role may do; set anew after each migration.
revoke all on all tables in schema public from :app;
revoke create on schema public from :app;
grant usage on schema public to :app;
grant select, insert, update, delete on all tables in schema public to :app;
grant usage on all sequences in schema public to :app;
-- The ledger, notices and releases are written once.
revoke update, delete on consent_event from :app;
revoke update, delete on ledger_root from :app;
revoke update on audit_entry from :app;
revoke update, delete on notice from :app;
revoke update on release from :app;
revoke update, delete on breach from :app;
revoke insert, update, delete on tortoise_migrations from :app;
revoke delete on municipality from :app;
-- The open log of keys is only added to.
revoke update, delete on survey_key from :app;
-- What lies in the box's tables is carried over to new files, by this function alone.
grant execute on function carry_over(text) to :app;
-- After an audience is frozen the planner is told how large it is (PostgreSQL 17 and newer know a privilege for that).
do $grant$ begin
    if current_setting('server_version_num')::int >= 170000 then
        execute 'grant maintain on delivery to :app';
    end if;
end $grant$;
