drop view factorial_progress;
drop view factorial;
drop view factorial_current_calculated_numbers;
drop view factorial_max_request_numbers;
drop view factorial_calculations;
