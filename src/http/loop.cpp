#include "http/loop.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <exception>

#include "base/log.hpp"

namespace decima::http {
namespace {

/// How late a deadline may be noticed.
constexpr Duration sweep_interval{200};

void log_exception(const std::exception_ptr& thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    log::error("http.connection_failed", {{"error", error.what()}});
  }
}

}  // namespace

Loop::Loop(core::Service& service, const Settings& settings, Router& router, Access& access, Pool& pool,
           Watches& watches, LongBodyBounds& long_bodies, std::atomic<std::size_t>& open)
    : log_(settings.access_log_per_second),
      around_{service, settings, router, access, pool, watches, long_bodies, log_},
      open_(open) {}

void Loop::start() {
  thread_ = std::thread([this] { context_.run(); });
}

void Loop::serve(Arrival arrival) { asio::co_spawn(context_.get_executor(), run(std::move(arrival)), log_exception); }

Awaitable<> Loop::run(Arrival arrival) {
  auto session = arrival.tls ? arrival.tls->session(arrival.socket.native_handle()) : nullptr;
  const bool refused = arrival.tls && !session;
  Connection connection(Stream(std::move(arrival.socket), std::move(session)), around_, std::move(arrival.peer));
  struct Registration {
    Loop& loop;
    Connection* connection;
    Registration(Loop& owner, Connection* made) : loop(owner), connection(made) { loop.connections_.insert(made); }
    ~Registration() {
      loop.connections_.erase(connection);
      loop.open_--;
    }
  } registration(*this, &connection);
  if (stopping_ || refused) co_return;
  if (!sweeping_) sweep();
  co_await connection.run();
}

/// Looks at all deadlines, again and again while there are any connections.
void Loop::sweep() {
  const auto now = SteadyClock::now();
  for (Connection* connection : connections_) connection->check_deadline(now);
  sweeping_ = !connections_.empty();
  if (!sweeping_) return;
  timer_.expires_after(sweep_interval);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) sweep();
  });
}

void Loop::stop_soon() {
  asio::post(context_, [this] {
    stopping_ = true;
    for (Connection* connection : connections_) connection->stop_soon();
  });
}

void Loop::cut_all() {
  asio::post(context_, [this] {
    for (Connection* connection : connections_) connection->cut();
  });
}

void Loop::join() {
  asio::post(context_, [this] { timer_.cancel(); });
  guard_.reset();
  if (thread_.joinable()) thread_.join();
}

}  // namespace decima::http
