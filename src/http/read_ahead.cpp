#include "http/read_ahead.hpp"

#include <new>

namespace decima::http {
namespace {

Result<std::string> make_next(BodySource& source) {
  try {
    return source.next();
  } catch (const std::bad_alloc&) {
    return Error{Code::out_of_memory, "for a piece of a long result"};
  }
}

}  // namespace

ReadAhead::~ReadAhead() {
  if (piece_) piece_->made.wait(false);
  give_leave_back();
}

void ReadAhead::begin() {
  piece_ = std::make_shared<Piece>();
  pool_.run([&source = source_, piece = piece_, wake = wakeup_.waker()] {
    piece->result = make_next(source);
    piece->made = true;
    piece->made.notify_all();
    wake();
  });
}

void ReadAhead::give_leave_back() {
  if (has_leave_) pool_.give_leave_back();
  has_leave_ = false;
}

Awaitable<Result<std::string>> ReadAhead::next(bool quick) {
  if (!piece_) begin();
  co_await finish();
  Result<std::string> result = std::move(piece_->result);
  piece_.reset();
  give_leave_back();
  const bool more = result && !result->empty();
  has_leave_ = more && quick && pool_.take_leave_for_early_work();
  if (has_leave_) begin();
  co_return result;
}

Awaitable<> ReadAhead::finish() {
  while (piece_ && !piece_->made) co_await wakeup_.wait_until(SteadyClock::time_point::max());
}

}  // namespace decima::http
