#include <boost/json/parse.hpp>
#include <cstdio>
#include <stdexcept>

#include "jobs_runs.hpp"
#include "program.hpp"

namespace {

std::string output_of(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) throw std::runtime_error("cannot run " + command);
  std::string text;
  char piece[4096];
  while (std::fgets(piece, sizeof piece, pipe)) text += piece;
  if (pclose(pipe) != 0) throw std::runtime_error("the peer failed: " + command);
  return text;
}

}  // namespace

Run run_peer(const Load& load, const std::string& concurrency) {
  const decima::program::Folder folder;
  std::string jobs;
  for (unsigned round = 0; round < load.rounds; round++)
    for (const Job& job : load.jobs) jobs += (jobs.empty() ? "[" : ",") + job.json;
  const auto file = folder / "jobs.json";
  decima::program::write_file(file, jobs + "]");
  const auto figures = boost::json::parse(
      output_of("exec node '" DECIMA_SOURCE "/bench/peers/bullmq/run.js' '" + file.string() + "' " + concurrency));
  return {figures.at("seconds").to_number<double>(),
          figures.at("submit_seconds").to_number<double>(),
          figures.at("processor_seconds").to_number<double>(),
          {}};
}
