#pragma once
#include <memory>

#include "base/clock.hpp"
#include "chance.hpp"
#include "core/queue.hpp"

namespace decima::faults {

/// A queue that, while `unruly`, loses messages, doubles them and holds them back. It never keeps their order, and what
/// is not acknowledged comes again.
class UnrulyQueue : public core::Queue {
 public:
  virtual void behave() = 0;
};
std::unique_ptr<UnrulyQueue> make_unruly_queue(Chance& chance, const Clock& clock);

}  // namespace decima::faults
