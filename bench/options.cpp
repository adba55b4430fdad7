#include "options.hpp"

#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace {

constexpr char usage[] =
    "engine_bench [--rows NAME,NAME…] [--reps R] [--threads T] [--kernel K] [--json] [--no-gmp] [--cpu]\n"
    "engine_bench --estimates [--reps R] [--threads T] [--kernel K] [--cpu]\n"
    "  --rows     rows whose names contain one of these, such as 'factorial 1000000' or 'fibonacci';\n"
    "             without it all but those that take GMP minutes\n"
    "  --reps     repetitions of which the median counts, fewer where one takes seconds (5)\n"
    "  --threads  for ours; GMP always has one (1)\n"
    "  --kernel   such as avx2, instead of this machine's fastest\n"
    "  --json     a line of JSON for each row\n"
    "  --no-gmp   ours alone\n"
    "  --cpu      processor time: fair on a machine that others use; with one thread only\n"
    "  --estimates  how well work and memory are foretold, from 10^5 to 10^8\n";

[[noreturn]] void refuse(const std::string& why) {
  std::fprintf(stderr, "engine_bench: %s\n%s", why.c_str(), usage);
  std::exit(2);
}

unsigned positive(const std::string& flag, const std::string& word) {
  char* end = nullptr;
  const unsigned long value = std::strtoul(word.c_str(), &end, 10);
  if (*end != '\0' || value == 0 || value > 1000) refuse(flag + " takes a number from 1 to 1000");
  return static_cast<unsigned>(value);
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  std::istringstream stream(list);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

}  // namespace

Options parse_options(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string flag = words[i];
    const auto argument = [&]() -> std::string {
      if (++i == count) refuse(flag + " takes an argument");
      return words[i];
    };
    if (flag == "--help") {
      std::fputs(usage, stdout);
      std::exit(0);
    } else if (flag == "--rows") {
      options.rows = split(argument());
    } else if (flag == "--reps") {
      options.reps = positive(flag, argument());
    } else if (flag == "--threads") {
      options.threads = positive(flag, argument());
    } else if (flag == "--kernel") {
      options.kernel = argument();
    } else if (flag == "--json") {
      options.json = true;
    } else if (flag == "--no-gmp") {
      options.peer = false;
    } else if (flag == "--cpu") {
      options.cpu = true;
    } else if (flag == "--estimates") {
      options.estimates = true;
    } else {
      refuse("unknown flag " + flag);
    }
  }
  if (options.cpu && options.threads != 1) refuse("--cpu adds up the time of all threads; it goes with one");
  return options;
}
