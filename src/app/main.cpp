#include "app/command_line.hpp"

/// Every command is a record in a command_*.cpp, listed in commands.cpp; what it can be told is in settings_table.hpp.
int main(int argc, char** argv) { return decima::app::run_command_line(argc, argv); }
