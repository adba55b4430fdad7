#include "stage.hpp"

#if defined(__clang__) && defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DECIMA_FIBERS_ASAN
#include <sanitizer/common_interface_defs.h>
#elif __has_feature(thread_sanitizer)
#define DECIMA_FIBERS_TSAN
#include <sanitizer/tsan_interface.h>
#endif
#endif

namespace decima::faults {
namespace {

constexpr std::size_t stack_bytes = 512 << 10;

using Stack = std::unique_ptr<char[]>;

/// Stacks of actors who have left: their pages are there already.
thread_local std::vector<Stack> unused_stacks;

Stack take_stack() {
  if (unused_stacks.empty()) return std::make_unique_for_overwrite<char[]>(stack_bytes);
  Stack stack = std::move(unused_stacks.back());
  unused_stacks.pop_back();
  return stack;
}

/// The stage whose actor begins; makecontext's function takes no pointer.
thread_local Stage* beginning = nullptr;

}  // namespace

/// The sanitizers keep books of each stack, and have to be told when another one goes on.
struct Stage::Side {
  ucontext_t context{};
  const void* stack_bottom = nullptr;
  std::size_t stack_size = 0;
  void* asan_books = nullptr;
  void* tsan_fiber = nullptr;

  void become_fiber([[maybe_unused]] const void* bottom, [[maybe_unused]] std::size_t size) {
    stack_bottom = bottom;
    stack_size = size;
#ifdef DECIMA_FIBERS_TSAN
    tsan_fiber = __tsan_create_fiber(0);
#endif
  }
  ~Side() {
#ifdef DECIMA_FIBERS_TSAN
    if (stack_bottom) __tsan_destroy_fiber(tsan_fiber);
#endif
  }

  /// Called on a stack that was just switched to, `from` another.
  void arrived([[maybe_unused]] Side& from) {
#ifdef DECIMA_FIBERS_ASAN
    const bool learn = from.stack_bottom == nullptr;
    __sanitizer_finish_switch_fiber(asan_books, learn ? &from.stack_bottom : nullptr,
                                    learn ? &from.stack_size : nullptr);
#endif
  }

  /// Leaves this stack for the other; `for_good` when nobody comes back.
  void go_to(Side& other, [[maybe_unused]] bool for_good = false) {
#ifdef DECIMA_FIBERS_ASAN
    __sanitizer_start_switch_fiber(for_good ? nullptr : &asan_books, other.stack_bottom, other.stack_size);
#endif
#ifdef DECIMA_FIBERS_TSAN
    if (!stack_bottom) tsan_fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(other.tsan_fiber, 0);
#endif
    swapcontext(&context, &other.context);
    arrived(other);
  }
};

struct Stage::Actor {
  std::function<void()> play;
  Stack stack = take_stack();
  bool left = false;
  Side side;

  ~Actor() { unused_stacks.push_back(std::move(stack)); }
};

Stage::Stage() : director_(std::make_unique<Side>()) {}

Stage::~Stage() {
  over_ = true;
  for (std::size_t actor = 0; actor < actors_.size(); actor++)
    while (playing(actor)) turn(actor);
}

bool Stage::playing(std::size_t actor) const { return !actors_[actor]->left; }

void Stage::enter(std::function<void()> play) {
  actors_.push_back(std::make_unique<Actor>());
  Actor& actor = *actors_.back();
  actor.play = std::move(play);
  actor.side.become_fiber(actor.stack.get(), stack_bytes);
  getcontext(&actor.side.context);
  actor.side.context.uc_stack.ss_sp = actor.stack.get();
  actor.side.context.uc_stack.ss_size = stack_bytes;
  makecontext(&actor.side.context, &Stage::begin, 0);
}

void Stage::begin() {
  Stage& stage = *beginning;
  Actor& self = *stage.moving_;
  self.side.arrived(*stage.director_);
  try {
    if (!stage.over_) self.play();
  } catch (const CurtainFell&) {
    // The simulation ended in the middle of what this one did.
  }
  self.left = true;
  self.side.go_to(*stage.director_, true);
}

void Stage::turn(std::size_t actor) {
  moving_ = actors_[actor].get();
  beginning = this;
  director_->go_to(moving_->side);
}

void Stage::yield() {
  moving_->side.go_to(*director_);
  if (over_) throw CurtainFell();
}

}  // namespace decima::faults
