#include <unistd.h>

#include <chrono>
#include <deque>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "client.hpp"
#include "jobs_runs.hpp"
#include "program.hpp"

namespace {

using decima::end_to_end::Ask;
using decima::end_to_end::Client;
using decima::end_to_end::Reply;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batch_jobs = 1000;
constexpr std::size_t wanted_jobs = 5000;
constexpr int below = 200;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Job job(const std::string& kind, const std::vector<std::pair<std::string, int>>& arguments) {
  Job made{kind, R"({"kind":")" + kind + R"(","arguments":{)"};
  for (const auto& [name, value] : arguments) {
    made.id += "-" + std::to_string(value);
    made.json += (made.json.back() == '{' ? "\"" : ",\"") + name + "\":" + std::to_string(value);
  }
  made.json += "}}";
  return made;
}

Reply asked(Client& client, const Ask& ask) {
  client.send(bytes_of(ask));
  Reply reply = client.receive();
  if (reply.status != 200) throw std::runtime_error(ask.target + " was answered " + std::to_string(reply.status));
  return reply;
}

/// The values of one metric, by the value of its one label.
std::map<std::string, double> metric(const std::string& text, const std::string& name) {
  std::map<std::string, double> values;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name + "{")) continue;
    const std::size_t from = line.find('"') + 1;
    values[line.substr(from, line.find('"', from) - from)] = std::stod(line.substr(line.rfind(' ')));
  }
  return values;
}

double processor_seconds(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; i++) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::vector<std::string> bodies(const std::vector<Job>& jobs) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at < jobs.size(); at++) {
    if (at % batch_jobs == 0) all.emplace_back("[");
    all.back() += (all.back().size() > 1 ? "," : "") + jobs[at].json;
  }
  for (std::string& body : all) body += "]";
  return all;
}

/// Until all are done: first without asking again and again, then so.
std::string wait_for(const std::vector<Job>& jobs, Client& client) {
  asked(client, {"GET", "/api/v1/jobs/" + jobs.back().id, {}, {{"Prefer", "wait=60"}}});
  for (;;) {
    std::string metrics = asked(client, {"GET", "/metrics", {}, {}}).body;
    if (metric(metrics, "decima_jobs")["done"] >= static_cast<double>(jobs.size())) return metrics;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

/// Folders of data are removed when all is measured: the file system is slow to make files where many were removed.
std::filesystem::path fresh_folder() {
  static std::deque<decima::program::Folder> kept;
  return kept.emplace_back() / "data";
}

void run_round(const Load& load, Run& run) {
  decima::program::Server server(fresh_folder(), {"--log-level", "warn"});
  const pid_t process = server.process().process();
  Client client(server.address());
  const std::vector<std::string> batches = bodies(load.jobs);
  const double spent = processor_seconds(process);
  const auto start = Clock::now();
  for (const std::string& batch : batches) asked(client, {"POST", "/api/v1/jobs", batch, {}});
  run.submit_seconds += seconds_since(start);
  const std::string metrics = wait_for(load.jobs, client);
  run.seconds += seconds_since(start);
  run.processor_seconds += processor_seconds(process) - spent;
  for (const auto& [stage, seconds] : metric(metrics, "decima_job_stage_seconds_sum"))
    run.stage_seconds[stage] += seconds;
}

bool has_kind(const std::string& kind) {
  decima::program::Server server(fresh_folder());
  return decima::end_to_end::get(server.address(), "/api/v1/kinds").body.find('"' + kind + '"') != std::string::npos;
}

}  // namespace

Load small_load() {
  Load load{"small", {}, 1};
  for (int n = 0; n < below; n++) {
    load.jobs.push_back(job("factorial", {{"n", n}}));
    load.jobs.push_back(job("fibonacci", {{"n", n}}));
  }
  if (has_kind("binomial"))
    for (int n = 0; n < below && load.jobs.size() < wanted_jobs; n++)
      for (int k = 0; k <= n / 2 && load.jobs.size() < wanted_jobs; k++)
        load.jobs.push_back(job("binomial", {{"n", n}, {"k", k}}));
  load.rounds = static_cast<unsigned>((wanted_jobs + load.jobs.size() - 1) / load.jobs.size());
  return load;
}

Load large_load() {
  Load load{"large", {}, 1};
  for (std::size_t n = 0; n < wanted_jobs; n++) load.jobs.push_back(job("factorial", {{"n", static_cast<int>(n)}}));
  return load;
}

Run run_ours(const Load& load) {
  Run run;
  for (unsigned round = 0; round < load.rounds; round++) run_round(load, run);
  return run;
}
