#pragma once

namespace decima::app {

/// Parses the program's arguments by the command table and runs the command they name. Gives the exit status.
int run_command_line(int argc, char** argv);

}  // namespace decima::app
