-- The columns that are expressions have the types that the seeds' columns had, as a cast gives them. Without a type a
-- number that is asked for as an integer, where number = 10, is not the text '10' and is never found.
drop view factorial_calculations;
create view factorial_calculations (id, number, status, s3_key, bucket, checksum, size, created_at, updated_at) as
select id, cast(substr(identity, 11) as text),
       cast(case state when 'queued' then 'calculating' when 'cancelled' then 'failed' else state end as text),
       s3_key, cast('factorial-results' as text), sha256, cast(coalesce(bytes, 0) as integer),
       cast(datetime(created_at / 1000, 'unixepoch') as text), cast(datetime(updated_at / 1000, 'unixepoch') as text)
from jobs where kind = 'factorial';
