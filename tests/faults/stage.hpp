#pragma once
#include <functional>
#include <memory>
#include <semaphore>
#include <thread>
#include <vector>

namespace decima::faults {

/// Threads of which one at a time moves, when it is told to, from one `yield` to the next: so what they do together is
/// decided by who tells them, and is the same each time.
class Stage {
 public:
  Stage() = default;
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// `play` begins at its first turn.
  void enter(std::function<void()> play);
  std::size_t actors() const { return actors_.size(); }
  bool playing(std::size_t actor) const { return !actors_[actor]->left; }
  /// Lets the actor move until it yields or leaves.
  void turn(std::size_t actor);

  /// Called by an actor: waits for its next turn.
  void yield();

 private:
  struct Actor {
    std::binary_semaphore may_move{0};
    bool left = false;
    std::jthread thread;
  };
  struct CurtainFell {};

  std::vector<std::unique_ptr<Actor>> actors_;
  std::binary_semaphore yielded_{0};
  Actor* moving_ = nullptr;
  bool over_ = false;
};

}  // namespace decima::faults
