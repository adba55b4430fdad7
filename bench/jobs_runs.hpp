#pragma once
#include <map>
#include <string>
#include <vector>

struct Job {
  std::string id;
  std::string json;  ///< as POST /api/v1/jobs takes it
};

/// Jobs that are all new to an empty store, and over how many empty stores they go one after the other.
struct Load {
  std::string name;
  std::vector<Job> jobs;
  unsigned rounds = 1;

  double count() const { return static_cast<double>(jobs.size()) * rounds; }
};

/// How one run went, from a job's submission to the last one's end; all rounds together.
struct Run {
  double seconds = 0;
  double submit_seconds = 0;
  double processor_seconds = 0;                 ///< of the service and its store, not of who asks
  std::map<std::string, double> stage_seconds;  ///< of all threads together, by the stage's name
};

/// Some 5,000 jobs with each argument below 200, of whichever kinds the program has.
Load small_load();
/// n! for n in 0..4999.
Load large_load();

/// A fresh `decima serve` with its defaults for each round, asked over HTTP in batches of 1,000.
Run run_ours(const Load& load);

/// BullMQ and Redis, as peers/bullmq/run.js has them; all rounds at once.
Run run_peer(const Load& load, const std::string& concurrency);
