-- The tables of the services that Decima grew from, to be read as they were. What those did not know is shown as what
-- comes nearest: queued as calculating, cancelled as failed. Where a number was text it is text; where it was an
-- integer, numbers that do not fit 63 bits are left out.
create view factorial_calculations (id, number, status, s3_key, bucket, checksum, size, created_at, updated_at) as
select id, substr(identity, 11),
       case state when 'queued' then 'calculating' when 'cancelled' then 'failed' else state end,
       s3_key, 'factorial-results', sha256, coalesce(bytes, 0),
       datetime(created_at / 1000, 'unixepoch'), datetime(updated_at / 1000, 'unixepoch')
from jobs where kind = 'factorial';

-- The largest number that was asked for, by a request or as the calculator's maximum.
create view factorial_max_request_numbers (max_number) as
select max((select max_number from cursors where name = 'factorial'),
           coalesce((select max(cast(number as integer)) from factorial_calculations where length(number) < 19), 0));

create view factorial_current_calculated_numbers (next_number) as
select next_number from cursors where name = 'factorial';

create view factorial (n, s3_key, size, checksum, status, created_at) as
select cast(number as integer), s3_key, size, checksum, status, created_at
from factorial_calculations where length(number) < 19 and status <> 'failed';

create view factorial_progress (max_factorial, cur_factorial) as
select max_number, next_number - 1
from factorial_max_request_numbers, factorial_current_calculated_numbers;
