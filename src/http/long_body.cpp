#include "http/long_body.hpp"

#include <new>

#include "base/clock.hpp"

namespace decima::http {
namespace {

/// Pieces this short are not worth making anew.
constexpr std::size_t short_piece = 64 << 10;
/// How often one that has to wait until fewer are being made looks again.
constexpr Duration its_turn{10};

Result<std::string> make_next(BodySource& source, std::string room) {
  try {
    return source.next(std::move(room));
  } catch (const std::bad_alloc&) {
    return Error{Code::out_of_memory, "for a piece of a long result"};
  }
}

}  // namespace

Leaves::Leave LongBody::keep_first(Response& response, LongBodyBounds& bounds) {
  const bool is_short = !response.first.empty() && response.first.size() <= short_piece;
  if (!response.source || is_short) return {};
  Leaves::Leave leave = bounds.waiting.take();
  if (!leave && response.source->take_back(response.first.size())) std::string().swap(response.first);
  return leave;
}

LongBody::LongBody(Response& response, Pool& pool, LongBodyBounds& bounds, Wakeup& wakeup)
    : source_(*response.source),
      pool_(pool),
      bounds_(bounds),
      wakeup_(wakeup),
      piece_(std::move(response.first)),
      is_first_(!piece_.empty()) {
  count_held();
}

LongBody::~LongBody() {
  if (making_) making_->made.wait(false);
  bounds_.held.add(-held_);
}

/// What is still being made is not counted: the pool's threads bound it.
void LongBody::count_held() {
  const bool one_ahead = making_ && making_->made && making_->result && making_->result->size() > short_piece;
  const int now = (piece_.size() > short_piece ? 1 : 0) + (one_ahead ? 1 : 0);
  if (now != held_) bounds_.held.add(now - held_);
  held_ = now;
}

void LongBody::begin(std::string room) {
  making_ = std::make_shared<Making>(std::move(room));
  pool_.run([&source = source_, making = making_, wake = wakeup_.waker()] {
    making->result = make_next(source, std::move(*making->result));
    making->made = true;
    making->made.notify_all();
    wake();
  });
}

/// The pool makes pieces faster than a busy connection's thread takes them.
Awaitable<> LongBody::begin_in_turn() {
  Leaves::Leave leave = bounds_.making.take();
  if (!leave) std::string().swap(piece_);
  count_held();
  while (!leave) {
    co_await wakeup_.wait_until(SteadyClock::now() + its_turn);
    leave = bounds_.making.take();
  }
  begin(std::exchange(piece_, {}));
  count_held();
  co_await finish();
}

Awaitable<Result<std::string_view>> LongBody::next(bool quick) {
  waiting_ = {};
  std::string room;
  if (!std::exchange(is_first_, false)) {
    if (making_) {
      room = std::exchange(piece_, {});
      count_held();
      co_await finish();
    } else {
      co_await begin_in_turn();
    }
    const auto made = std::exchange(making_, nullptr);
    early_ = {};
    if (!made->result) co_return made->result.error();
    piece_ = std::move(*made->result);
    ended_ = piece_.empty();
  }
  if (quick && !ended()) early_ = bounds_.early.take();
  if (early_) begin(std::move(room));
  count_held();
  co_return std::string_view(piece_);
}

bool LongBody::ended() const { return ended_ || (!is_first_ && !making_ && source_.remaining() == 0u); }

bool LongBody::may_keep() {
  if (piece_.size() <= short_piece) return true;
  waiting_ = bounds_.waiting.take();
  return static_cast<bool>(waiting_);
}

bool LongBody::let_go(std::size_t unsent) {
  if (making_ && !making_->made) return false;
  waiting_ = {};
  early_ = {};
  if (making_ && making_->result && source_.take_back(making_->result->size())) making_.reset();
  const bool worth_it = !making_ && piece_.size() > short_piece;
  const bool gone = source_.take_back(worth_it ? unsent : 0) && worth_it;
  if (gone) std::string().swap(piece_);
  count_held();
  return gone;
}

Awaitable<> LongBody::finish() {
  while (making_ && !making_->made) co_await wakeup_.wait_until(SteadyClock::time_point::max());
}

}  // namespace decima::http
