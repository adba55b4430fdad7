#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "http/asio.hpp"
#include "http/pool.hpp"
#include "http/response.hpp"
#include "http/wakeup.hpp"

namespace decima::http {

/// A long body's pieces, each made on the pool; where the client is quick and the pool gives leave, the next one is
/// made while the one before is being sent. Otherwise a client holds one piece and no more.
class ReadAhead {
 public:
  ReadAhead(Pool& pool, BodySource& source, Wakeup& wakeup) : pool_(pool), source_(source), wakeup_(wakeup) {}
  /// Waits for what is being made, which blocks; so finish() comes first wherever nothing unforeseen happened.
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// The next piece; a client that is `quick` has the one after it begun at once.
  Awaitable<Result<std::string>> next(bool quick);
  /// Waits for what is being made, so that the source may go.
  Awaitable<> finish();

 private:
  /// One piece on its way. The pool's thread has it too, and wakes whoever waits.
  struct Piece {
    Result<std::string> result = std::string();
    std::atomic<bool> made{false};
  };

  void begin();
  void give_leave_back();

  Pool& pool_;
  BodySource& source_;
  Wakeup& wakeup_;
  bool has_leave_ = false;
  std::shared_ptr<Piece> piece_;  // none: nothing is begun
};

}  // namespace decima::http
