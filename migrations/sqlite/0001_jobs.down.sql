drop table leaders;
drop table job_blocks;
drop table jobs;
