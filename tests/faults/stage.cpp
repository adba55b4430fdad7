#include "stage.hpp"

namespace decima::faults {

Stage::~Stage() {
  over_ = true;
  for (std::size_t actor = 0; actor < actors_.size(); actor++)
    while (playing(actor)) turn(actor);
}

void Stage::enter(std::function<void()> play) {
  actors_.push_back(std::make_unique<Actor>());
  Actor& self = *actors_.back();
  self.thread = std::jthread([this, &self, play = std::move(play)] {
    self.may_move.acquire();
    try {
      if (!over_) play();
    } catch (const CurtainFell&) {
      // The simulation ended in the middle of what this one did.
    }
    self.left = true;
    yielded_.release();
  });
}

void Stage::turn(std::size_t actor) {
  moving_ = actors_[actor].get();
  moving_->may_move.release();
  yielded_.acquire();
}

void Stage::yield() {
  Actor* const self = moving_;
  yielded_.release();
  self->may_move.acquire();
  if (over_) throw CurtainFell();
}

}  // namespace decima::faults
