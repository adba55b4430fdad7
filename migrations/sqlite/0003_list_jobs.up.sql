-- Lists of jobs, newest first, by kind, by state or both: each page is a walk along one index from where the last one
-- ended, for SQLite's indexes end in the row's id. Counting by state needs no table either. Nothing asked by
-- created_at, for ids grow with it.
drop index jobs_state;
drop index jobs_created_at;
create index jobs_state_kind on jobs (state, kind);
create index jobs_kind on jobs (kind);
