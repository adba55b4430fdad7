#include "http/server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <list>
#include <thread>

#include "base/log.hpp"
#include "http/listen.hpp"
#include "http/loop.hpp"

namespace decima::http {
namespace {

using boost::system::error_code;

/// After an accept that failed for want of descriptors or memory, so that it is not tried in a tight circle.
constexpr Duration accept_pause{100};
/// How often stop() looks whether all connections have ended.
constexpr Duration stop_poll{5};
/// Before an address: its connections use TLS.
constexpr std::string_view secure_mark = "https://";

/// Small answers leave at once instead of waiting for the client's acknowledgement of the one before.
void send_without_delay(Socket& socket) {
  error_code ignored;
  const auto family = socket.local_endpoint(ignored).data()->sa_family;
  if (family != AF_UNIX)
    socket.set_option(asio::detail::socket_option::boolean<IPPROTO_TCP, TCP_NODELAY>(true), ignored);
}

Peer peer_of(const Socket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return {"gone", std::nullopt};
  return {show(endpoint), Address::of(*endpoint.data())};
}

void turn_away(Socket& socket) {
  static constexpr std::string_view full =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
  error_code ignored;
  socket.write_some(asio::buffer(full.data(), full.size()), ignored);
}

}  // namespace

class Server::Impl {
 public:
  Impl(Settings settings, core::Service& service)
      : settings_(std::move(settings)),
        service_(service),
        access_(settings_.access),
        seats_(settings_.limits.connections_per_client),
        tls_(settings_.tls_certificate, settings_.tls_key),
        pool_(settings_.pool_threads, settings_.pool_line) {
    for (unsigned i = 0; i < std::max(1u, settings_.threads); i++)
      loops_.emplace_back(service_, settings_, router_, access_, pool_, watches_, long_bodies_, open_);
  }

  Result<> start() {
    if (auto ready = reload(); !ready) return ready;
    for (const std::string& address : settings_.listen) {
      const bool secure = address.starts_with(secure_mark);
      auto acceptor = listen_on(loops_.front().executor(), secure ? address.substr(secure_mark.size()) : address);
      if (!acceptor) return acceptor.error();
      listeners_.push_back({std::move(*acceptor), secure ? &tls_ : nullptr});
    }
    for (Loop& loop : loops_) loop.start();
    for (Listener& listener : listeners_) asio::co_spawn(loops_.front().executor(), accept(listener), asio::detached);
    running_ = true;
    return Done{};
  }

  Result<> reload() {
    const bool secure = std::any_of(settings_.listen.begin(), settings_.listen.end(),
                                    [](const std::string& address) { return address.starts_with(secure_mark); });
    const Result<> keys = access_.load();
    const Result<> certificate = secure ? tls_.load() : Done{};
    return keys ? certificate : keys;
  }

  void stop(Duration grace) {
    if (!running_) return;
    running_ = false;
    asio::post(loops_.front().executor(), [this] { close_acceptors(); });
    for (Loop& loop : loops_) loop.stop_soon();
    wait_until_closed(grace);
    for (Loop& loop : loops_) loop.cut_all();
    wait_until_closed(Duration::max());
    for (Loop& loop : loops_) loop.join();
    watches_.close();
  }

  std::vector<std::string> addresses() const {
    std::vector<std::string> shown;
    for (const Listener& listener : listeners_)
      shown.push_back(std::string(listener.tls ? secure_mark : "") + show(listener.acceptor.local_endpoint()));
    return shown;
  }

  std::uint16_t port() const {
    for (const Listener& listener : listeners_)
      if (const std::uint16_t port = port_of(listener.acceptor.local_endpoint())) return port;
    return 0;
  }

 private:
  struct Listener {
    Acceptor acceptor;
    const TlsContext* tls;  // nullptr: bytes travel as they are
  };

  /// Hands each new client to the next thread in turn.
  Awaitable<> accept(Listener& listener) {
    Acceptor& acceptor = listener.acceptor;
    Timer pause(acceptor.get_executor());
    while (acceptor.is_open()) {
      Loop& loop = next_loop();
      Socket socket(loop.executor());
      error_code error;
      co_await acceptor.async_accept(socket, asio::redirect_error(use_awaitable, error));
      if (!error) {
        admit(loop, std::move(socket), listener.tls);
      } else if (acceptor.is_open()) {
        log::warn("http.accept_failed", {{"error", error.message()}});
        pause.expires_after(accept_pause);
        co_await pause.async_wait(asio::redirect_error(use_awaitable, error));
      }
    }
  }

  void admit(Loop& loop, Socket socket, const TlsContext* tls) {
    error_code error;
    socket.non_blocking(true, error);
    Peer peer = peer_of(socket);
    auto seat = seat_for(peer);
    if (!seat || open_ >= settings_.limits.connections) return tls ? void() : turn_away(socket);
    send_without_delay(socket);
    open_++;
    loop.serve({std::move(socket), std::move(peer), tls, std::move(*seat)});
  }

  /// Behind a trusted proxy there are many clients, whose connections it counts itself.
  std::optional<Seats::Seat> seat_for(const Peer& peer) {
    if (!peer.address || settings_.access.trusted.trusts(peer.address)) return Seats::Seat();
    return seats_.take(*peer.address);
  }

  Loop& next_loop() { return loops_[turn_++ % loops_.size()]; }

  void close_acceptors() {
    for (auto& [acceptor, tls] : listeners_) {
      error_code ignored;
      const std::string address = show(acceptor.local_endpoint(ignored));
      acceptor.close(ignored);
      if (address.starts_with("unix:")) unlink(address.c_str() + 5);
    }
  }

  void wait_until_closed(Duration longest) {
    const Stopwatch waited;
    const double seconds = std::chrono::duration<double>(longest).count();
    while (open_ > 0 && waited.seconds() < seconds) std::this_thread::sleep_for(stop_poll);
  }

  const Settings settings_;
  core::Service& service_;
  Router router_;
  Watches watches_{service_, pool_};
  LongBodyBounds long_bodies_;
  Access access_;
  Seats seats_;
  std::atomic<std::size_t> open_{0};
  std::deque<Loop> loops_;
  TlsContext tls_;
  std::list<Listener> listeners_;  // a list, because a coroutine holds on to each
  std::size_t turn_ = 0;
  bool running_ = false;
  Pool pool_;  // last, so that it ends first: its work comes back to the loops
};

Server::Server(Settings settings, core::Service& service)
    : impl_(std::make_unique<Impl>(std::move(settings), service)) {}
Server::~Server() { impl_->stop(Duration(0)); }

Result<> Server::start() { return impl_->start(); }
Result<> Server::reload() { return impl_->reload(); }
void Server::stop(Duration grace) { impl_->stop(grace); }
std::vector<std::string> Server::addresses() const { return impl_->addresses(); }
std::uint16_t Server::port() const { return impl_->port(); }

}  // namespace decima::http
