#include "unruly_queue.hpp"

#include <algorithm>
#include <vector>

namespace decima::faults {
namespace {

constexpr Duration redelivered_after{60'000};

class UnrulyQueueImpl final : public UnrulyQueue {
 public:
  UnrulyQueueImpl(Chance& chance, const Clock& clock) : chance_(chance), clock_(clock) {}

  void behave() override { unruly_ = false; }

  Result<std::size_t> publish(std::span<const core::Message> messages) override {
    for (const core::Message& message : messages) {
      const std::uint64_t copies = !unruly_ ? 1 : chance_.one_in(6) ? 0 : chance_.one_in(6) ? 2 : 1;
      for (std::uint64_t copy = 0; copy < copies; copy++) waiting_.push_back({message, clock_.now() + delay(), 0});
    }
    return messages.size();
  }

  Result<std::optional<core::Delivery>> take(Duration) override {
    std::vector<std::size_t> ready;
    for (std::size_t i = 0; i < waiting_.size(); i++)
      if (waiting_[i].at <= clock_.now()) ready.push_back(i);
    if (ready.empty()) return std::optional<core::Delivery>{};
    Waiting& chosen = waiting_[ready[chance_.below(ready.size())]];
    chosen.at = clock_.now() + redelivered_after;
    chosen.tag = ++last_tag_;
    return std::optional(core::Delivery{chosen.message, chosen.tag});
  }

  Result<> acknowledge(const core::Delivery& delivery) override {
    std::erase_if(waiting_, [&](const Waiting& one) { return one.tag == delivery.tag; });
    return Done{};
  }
  Result<> dead_letter(const core::Delivery& delivery, std::string_view) override { return acknowledge(delivery); }
  Result<std::uint64_t> depth() override { return std::uint64_t{waiting_.size()}; }
  void interrupt() override {}
  Result<> ping() override { return Done{}; }

 private:
  struct Waiting {
    core::Message message;
    Time at;
    std::uint64_t tag;
  };

  Duration delay() {
    return unruly_ && chance_.one_in(4) ? Duration(static_cast<std::int64_t>(chance_.below(90'000))) : Duration(0);
  }

  Chance& chance_;
  const Clock& clock_;
  std::vector<Waiting> waiting_;
  std::uint64_t last_tag_ = 0;
  bool unruly_ = true;
};

}  // namespace

std::unique_ptr<UnrulyQueue> make_unruly_queue(Chance& chance, const Clock& clock) {
  return std::make_unique<UnrulyQueueImpl>(chance, clock);
}

}  // namespace decima::faults
