#pragma once
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <string>
#include <thread>
#include <unordered_set>

#include "http/asio.hpp"
#include "http/connection.hpp"
#include "http/seats.hpp"

namespace decima::http {

/// A client that has just connected.
struct Arrival {
  Socket socket;
  Peer peer;
  const TlsContext* tls = nullptr;  ///< nullptr: bytes travel as they are
  Seats::Seat seat;
};

/// One thread with its io_context and the connections it serves, each from its first byte to its last.
class Loop {
 public:
  /// `open` counts the connections of all loops.
  Loop(core::Service& service, const Settings& settings, Router& router, Access& access, Pool& pool, Watches& watches,
       LongBodyBounds& long_bodies, std::atomic<std::size_t>& open);

  Executor executor() { return context_.get_executor(); }
  void start();
  /// Serves a client on this thread. Any thread may call.
  void serve(Arrival arrival);

  /// From any thread: every request under way is its connection's last.
  void stop_soon();
  /// From any thread: every connection ends now.
  void cut_all();
  /// When no connection is left: the thread ends.
  void join();

 private:
  Awaitable<> run(Arrival arrival);
  void sweep();

  asio::io_context context_{1};
  asio::executor_work_guard<Executor> guard_{context_.get_executor()};
  Timer timer_{context_.get_executor()};
  AccessLog log_;
  Surroundings around_;
  std::atomic<std::size_t>& open_;
  std::unordered_set<Connection*> connections_;
  bool stopping_ = false;
  bool sweeping_ = false;
  std::thread thread_;
};

}  // namespace decima::http
