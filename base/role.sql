select
    r.rolsuper as superuser,
    r.rolbypassrls as bypasses,
    exists (
        select from pg_class c
        where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and pg_has_role(current_user, c.relowner, 'member')
    ) as owns,
    current_setting('log_error_verbosity') as verbosity,
    coalesce(current_setting('log_parameter_max_length', true), '-1') as parameters,
    current_setting('track_commit_timestamp') as commit_times
from pg_roles r
where r.rolname = current_user
