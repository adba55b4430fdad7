#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "core/service.hpp"
#include "http/asio.hpp"
#include "http/pool.hpp"
#include "http/wakeup.hpp"

namespace decima::http {

class Watches;

/// A job that clients watch: the one row and the one text that all of them share. The row is read again when a notice
/// came, and once a second in case another process changed it; so watchers cost the store nothing, however many there
/// are, and hold no thread while they wait. There is only ever the latest to show: who is slow misses what lay between.
class Watch : public std::enable_shared_from_this<Watch> {
 public:
  Watch(Watches& watches, const core::Identity& identity);
  ~Watch();

  struct Shown {
    std::uint64_t version = 0;  ///< grows with each text
    std::string json;           ///< the job, as GET shows it
    bool last = false;          ///< the job is finished: nothing comes after this
  };
  /// What there is to show now. Made anew when the row has changed, or how far the computation is, the latter a few
  /// times a second at most. Never blocks.
  std::shared_ptr<const Shown> shown();
  /// Whoever was woken by nothing asks again then.
  SteadyClock::time_point ask_again() const;

  /// While this lives, it is woken when there may be something new to show.
  class Listening {
   public:
    Listening(Watch& watch, const Wakeup& wakeup);
    ~Listening();
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

   private:
    Watch& watch_;
    const Wakeup& wakeup_;
  };

 private:
  friend class Watches;

  Result<> look();
  void look_soon();
  void deafen();
  void make();
  bool has_moved() const;

  Watches& watches_;
  const core::Identity identity_;
  std::atomic<bool> looks_soon_{false};
  std::mutex looking_;  // so that no older row comes after a newer one

  mutable std::mutex mutex_;  // guards all below
  std::optional<core::Job> row_;
  SteadyClock::time_point looked_;
  std::shared_ptr<const Shown> shown_;
  SteadyClock::time_point made_;
  std::uint64_t work_shown_ = 0;
  core::LiveJobs::Phase phase_shown_{};
  bool stale_ = false;  // the row is newer than what is shown
  std::set<const Wakeup*> listeners_;
  core::Notices::Subscription notices_;
};

/// The jobs that are being watched, each once.
class Watches {
 public:
  Watches(core::Service& service, Pool& pool) : service_(service), pool_(pool) {}

  /// not_found when there is no such job. May block.
  Result<std::shared_ptr<Watch>> open(const core::Identity& identity);
  /// When nobody watches any more: no notice is heard from now on, so that the pool may end.
  void close();

 private:
  friend class Watch;
  std::shared_ptr<Watch> find_or_make(const core::Identity& identity);
  void forget(const core::Identity& identity);

  core::Service& service_;
  Pool& pool_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::weak_ptr<Watch>> watches_;
};

}  // namespace decima::http
