#pragma once
#include <string>
#include <vector>

struct Options {
  std::vector<std::string> rows;  // parts of the names wanted; empty for all but the long ones
  unsigned reps = 5;
  unsigned threads = 1;
  std::string kernel;  // empty for the fastest of this machine
  bool json = false;
  bool peer = true;
  bool cpu = false;  // time on the processor instead of the clock's
  bool estimates = false;
};

/// Ends the program with a sentence when the command line makes no sense.
Options parse_options(int count, char** words);
