drop index jobs_state_kind;
drop index jobs_kind;
create index jobs_state on jobs (state);
create index jobs_created_at on jobs (created_at);
