#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/blob/memory.hpp"
#include "adapters/cache/lru.hpp"
#include "chance.hpp"
#include "core/execute.hpp"
#include "core/retention.hpp"
#include "core/service.hpp"
#include "engine/arena.hpp"
#include "engine/executor.hpp"
#include "hooked_ports.hpp"
#include "memory_database.hpp"
#include "stage.hpp"
#include "unruly_queue.hpp"

namespace decima::faults {

/// Clients, a relay, workers, a janitor and a clock, all moved by one seed over a real SQLite store: first in chaos,
/// where stores fail, the queue is unruly, actors crash or stand still past their leases, and in some worlds results
/// have to give way to others; then in calm, until all that was asked for is done.
class World {
 public:
  explicit World(std::uint64_t seed);

  /// Plays it to its end. Empty when everything held that must hold; else the first that did not.
  std::string run();

 private:
  struct Seen {
    core::State state;
    std::uint64_t fence;
  };

  void play_client();
  void ask(core::Service& service);
  void read(core::Service& service);
  void play_relay();
  void play_worker();
  void play_janitor();
  void work_once(core::LiveJobs& live, engine::Arena& arena, engine::Executor& executor);
  std::optional<Error> disturb(std::string_view call, Moment moment);
  void note_evictions();
  void note_done(const core::Job& claimed);

  void chaos();
  void calm();
  void move_one();
  bool at_rest();

  void ask_again_for_all();
  void check_rows();
  void check_row(const core::Identity& identity, const core::Job& job);
  void check_blobs();
  void check_end();
  void check_served(const core::Job& job, const core::Ports& real);
  bool all_done();
  std::string undone();
  void require(bool holds, const std::string& what);

  core::Identity any_identity();

  Chance chance_;
  ManualClock clock_;
  core::Doorbell bell_;
  core::LiveJobs clients_live_;
  core::Notices notices_;
  const core::Budgets budgets_{64ull << 20, 1ull << 30, 1};
  const core::CachePolicy policy_{};
  // Errors are injected without end, so failures may not use a job's patience up; vanished workers must not, at the
  // program's own setting.
  const core::Patience patience_{1'000, 12};

  std::unique_ptr<core::JobStore> jobs_ = make_memory_database(clock_);
  std::unique_ptr<core::BlobStore> blobs_ = adapters::make_memory_blobs();
  std::unique_ptr<UnrulyQueue> queue_ = make_unruly_queue(chance_, clock_);
  std::unique_ptr<core::Cache> cache_ =
      adapters::make_lru_cache({.max_bytes = 1 << 20, .max_entry_bytes = 1 << 16}, clock_);
  std::unique_ptr<core::JobStore> hooked_jobs_;
  std::unique_ptr<core::BlobStore> hooked_blobs_;
  std::unique_ptr<core::Queue> hooked_queue_;
  std::unique_ptr<core::Ports> ports_;  ///< the hooked ones, for the actors

  std::vector<std::uint64_t> numbers_;  ///< what this world's clients ask for
  bool calm_ = false;
  std::set<core::Identity> accepted_;
  std::map<core::Identity, Seen> seen_;
  std::map<core::Identity, unsigned> times_done_;
  std::optional<core::Retention> retention_;  ///< in worlds whose results give way
  core::Uses uses_;
  std::map<core::Identity, std::set<std::uint64_t>> evicted_;  ///< the fences of results that were
  std::map<core::Identity, unsigned> set_aside_;               ///< how often a reader may have done it
  std::string broken_;

  std::vector<std::uint64_t> frozen_until_;  ///< by actor, in moves
  std::uint64_t moves_ = 0;
  Stage stage_;  ///< last, so that the actors leave before what they use
};

}  // namespace decima::faults
