#include "adapters/queue/memory.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/text.hpp"

namespace decima::adapters {
namespace {

using core::Delivery;
using core::Message;

constexpr std::size_t dead_letters_kept = 1000;

class MemoryQueueImpl final : public MemoryQueue {
 public:
  explicit MemoryQueueImpl(std::size_t capacity) : capacity_(capacity) {}

  Result<std::size_t> publish(std::span<const Message> messages) override {
    std::lock_guard lock(mutex_);
    const std::size_t taken = std::min(messages.size(), capacity_ - waiting_.size());
    if (taken == 0 && !messages.empty()) return full();
    for (const Message& message : messages.first(taken)) waiting_.emplace(message.rank, message);
    if (taken == 1) {
      arrived_.notify_one();
    } else {
      arrived_.notify_all();
    }
    return taken;
  }

  Result<std::optional<Delivery>> take(Duration wait) override {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, wait, [this] { return interrupted_ || !waiting_.empty(); });
    if (interrupted_ || waiting_.empty()) return std::optional<Delivery>{};
    Delivery delivery{std::move(waiting_.begin()->second), ++last_tag_};
    waiting_.erase(waiting_.begin());
    return std::optional(std::move(delivery));
  }

  Result<> acknowledge(const Delivery&) override { return Done{}; }

  Result<> dead_letter(const Delivery& delivery, std::string_view why) override {
    log::warn("dead_letter", {{"message", delivery.message.body}, {"why", why}});
    dead_count_.add();
    std::lock_guard lock(mutex_);
    dead_.push_back({delivery.message, std::string(why)});
    if (dead_.size() > dead_letters_kept) dead_.pop_front();
    return Done{};
  }

  Result<std::uint64_t> depth() override {
    std::lock_guard lock(mutex_);
    return std::uint64_t{waiting_.size()};
  }

  void interrupt() override {
    std::lock_guard lock(mutex_);
    interrupted_ = true;
    arrived_.notify_all();
  }

  Result<> ping() override { return Done{}; }

  std::vector<DeadLetter> dead_letters() const override {
    std::lock_guard lock(mutex_);
    return {dead_.begin(), dead_.end()};
  }

 private:
  Error full() const {
    return {Code::unavailable, "the memory queue is full: it holds its limit of " + counted(capacity_, "message")};
  }

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::multimap<Time, Message> waiting_;  ///< by rank, and those of one rank as they came
  std::deque<DeadLetter> dead_;
  std::uint64_t last_tag_ = 0;
  bool interrupted_ = false;
  metrics::Counter dead_count_ =
      metrics::counter("decima_queue_dead_letters_total", "Messages set aside because nobody could work on them.");
};

}  // namespace

std::unique_ptr<MemoryQueue> make_memory_queue(std::size_t capacity) {
  return std::make_unique<MemoryQueueImpl>(capacity);
}

}  // namespace decima::adapters
