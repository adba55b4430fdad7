#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "base/metrics.hpp"
#include "http/asio.hpp"
#include "http/leaves.hpp"
#include "http/pool.hpp"
#include "http/response.hpp"
#include "http/wakeup.hpp"

namespace decima::http {

/// What long bodies of all connections may hold together, in pieces of at most 1 MiB: so many that are made before
/// anybody waits for them, and so many that clients do not take at once. Beside these there are only the pieces that
/// the pool's threads are making.
struct LongBodyBounds {
  Leaves early{4};
  Leaves waiting{32};
  Leaves making{12};  ///< by the pool, or made and not yet taken by a connection's thread
  metrics::Gauge held = metrics::gauge("decima_http_pieces_held",
                                       "Pieces of long answers, of at most 1 MiB each, that are in memory for clients");
};

/// A long body on its way to its client: the piece in hand and, where the client is quick and there is leave, the next
/// one, which is made on the pool meanwhile. Who does not take its piece keeps it no longer than others leave room, and
/// has it made, and checked, again.
class LongBody {
 public:
  /// Right after the response was made: keeps its first piece only if there is leave for that, which it gives.
  static Leaves::Leave keep_first(Response& response, LongBodyBounds& bounds);
  /// Of a response with a source, which must not change while this lives.
  LongBody(Response& response, Pool& pool, LongBodyBounds& bounds, Wakeup& wakeup);
  /// Waits for what is being made, which blocks; so finish() comes first wherever nothing unforeseen happened.
  ~LongBody();
  LongBody(const LongBody&) = delete;
  LongBody& operator=(const LongBody&) = delete;

  /// The next piece, which stays until the one after it, unless it is let go; empty at the end. A client that is
  /// `quick` has the one after it begun at once.
  Awaitable<Result<std::string_view>> next(bool quick);
  /// Whether nothing more will come.
  bool ended() const;

  /// The client has to be waited for. False when there is no leave to keep the piece meanwhile.
  bool may_keep();
  /// Gives as much memory back as can be. True when the piece is among it; then its `unsent` bytes come with the next.
  bool let_go(std::size_t unsent);
  /// Waits for what is being made, so that the source may go.
  Awaitable<> finish();

 private:
  /// A piece that is being made. The pool's thread has it too, and wakes whoever waits.
  struct Making {
    explicit Making(std::string room) : result(std::move(room)) {}
    Result<std::string> result;  // before: its room
    std::atomic<bool> made{false};
  };

  void begin(std::string room);
  Awaitable<> begin_in_turn();
  void count_held();

  BodySource& source_;
  Pool& pool_;
  LongBodyBounds& bounds_;
  Wakeup& wakeup_;
  std::string piece_;
  bool is_first_ = false;  // the piece was there when this began, and nobody has asked for it yet
  bool ended_ = false;
  std::shared_ptr<Making> making_;  // none: nothing is begun
  Leaves::Leave early_, waiting_;
  int held_ = 0;  // as the metric knows it
};

}  // namespace decima::http
