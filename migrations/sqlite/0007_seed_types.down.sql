drop view factorial_calculations;
create view factorial_calculations (id, number, status, s3_key, bucket, checksum, size, created_at, updated_at) as
select id, substr(identity, 11),
       case state when 'queued' then 'calculating' when 'cancelled' then 'failed' else state end,
       s3_key, 'factorial-results', sha256, coalesce(bytes, 0),
       datetime(created_at / 1000, 'unixepoch'), datetime(updated_at / 1000, 'unixepoch')
from jobs where kind = 'factorial';
