drop trigger jobs_pass;
drop table cursors;
