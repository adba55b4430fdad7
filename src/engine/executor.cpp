#include "engine/executor.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace decima::engine {
namespace {
// Set while this thread runs a task of any executor: what it starts then runs on this thread alone.
thread_local bool inside_task = false;
}  // namespace

/// The threads beside the caller's own. A round is one call of parallel(): who comes in time takes indices until none
/// is left. The caller waits for those who came, but not for those whom the system has not yet woken: on a busy machine
/// that would cost more than the help is worth. What belongs to a round changes only under the mutex.
class Executor::Crew {
 public:
  explicit Crew(unsigned size) {
    members_.reserve(size);
    for (unsigned i = 0; i < size; ++i) members_.emplace_back([this] { serve(); });
  }

  ~Crew() {
    {
      std::lock_guard lock(mutex_);
      leaving_ = true;
    }
    begin_.notify_all();
    for (std::thread& member : members_) member.join();
  }

  std::size_t size() const { return members_.size(); }

  void run(std::size_t count, const std::function<void(std::size_t)>& task) {
    {
      std::lock_guard lock(mutex_);
      task_ = &task;
      count_ = count;
      next_.store(0, std::memory_order_relaxed);
      round_.fetch_add(1, std::memory_order_release);
    }
    begin_.notify_all();
    work(task, count);
    std::unique_lock lock(mutex_);
    task_ = nullptr;
    end_.wait(lock, [this] { return busy_ == 0; });
  }

 private:
  // A transform has several rounds of some hundred microseconds each. A thread that looks for the next round for a
  // short while before it sleeps saves most of the wake-ups.
  static constexpr int looks_before_sleep = 2000;

  void serve() {
    std::size_t seen = 0;
    for (;;) {
      for (int i = 0; i < looks_before_sleep && round_.load(std::memory_order_acquire) == seen; ++i) pause();
      std::unique_lock lock(mutex_);
      begin_.wait(lock, [&] { return leaving_ || round_.load(std::memory_order_relaxed) != seen; });
      if (leaving_) return;
      seen = round_.load(std::memory_order_relaxed);
      const auto* task = task_;
      if (task == nullptr) continue;  // too late
      const std::size_t count = count_;
      ++busy_;
      lock.unlock();
      work(*task, count);
      lock.lock();
      if (--busy_ == 0) end_.notify_one();
    }
  }

  void work(const std::function<void(std::size_t)>& task, std::size_t count) {
    inside_task = true;
    for (std::size_t i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < count;) task(i);
    inside_task = false;
  }

  static void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }

  std::mutex mutex_;
  std::condition_variable begin_, end_;
  std::atomic<std::size_t> round_{0};
  std::atomic<std::size_t> next_{0};
  const std::function<void(std::size_t)>* task_ = nullptr;
  std::size_t count_ = 0;
  std::size_t busy_ = 0;  // members at work
  bool leaving_ = false;
  std::vector<std::thread> members_;
};

Executor::Executor(unsigned threads) : crew_(std::make_unique<Crew>(std::max(threads, 1U) - 1)) {}
Executor::~Executor() = default;

unsigned Executor::threads() const { return static_cast<unsigned>(crew_->size()) + 1; }

void Executor::parallel(std::size_t count, const std::function<void(std::size_t)>& task) {
  if (inside_task || count <= 1 || crew_->size() == 0) {
    for (std::size_t i = 0; i < count; ++i) task(i);
    return;
  }
  crew_->run(count, task);
}

}  // namespace decima::engine
