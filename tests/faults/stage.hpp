#pragma once
#include <ucontext.h>

#include <functional>
#include <memory>
#include <vector>

namespace decima::faults {

/// Actors of which one at a time moves, when it is told to, from one `yield` to the next: so what they do together is
/// decided by who tells them, and is the same each time. They are fibers of the one thread that owns the stage, since
/// handing the turn to another thread costs a thousand times more where the machine is busy.
class Stage {
 public:
  Stage();
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// `play` begins at its first turn.
  void enter(std::function<void()> play);
  std::size_t actors() const { return actors_.size(); }
  bool playing(std::size_t actor) const;
  /// Lets the actor move until it yields or leaves.
  void turn(std::size_t actor);

  /// Called by an actor, outside of any catch clause: waits for its next turn.
  void yield();

 private:
  struct Side;  ///< a stack, and where it stopped
  struct Actor;
  struct CurtainFell {};
  static void begin();

  std::unique_ptr<Side> director_;
  std::vector<std::unique_ptr<Actor>> actors_;
  Actor* moving_ = nullptr;
  bool over_ = false;
};

}  // namespace decima::faults
