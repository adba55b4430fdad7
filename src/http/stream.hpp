#pragma once
#include <array>
#include <memory>
#include <string_view>

#include "http/asio.hpp"
#include "http/inbox.hpp"
#include "http/tls.hpp"

namespace decima::http {

/// A connection's bytes in both directions, as they are or through TLS. Used on its own thread; cancel() and close()
/// end what waits there.
class Stream {
 public:
  using Pending = std::array<std::string_view, 4>;

  /// Without a session the bytes travel as they are.
  Stream(Socket socket, std::unique_ptr<TlsSession> tls) : socket_(std::move(socket)), tls_(std::move(tls)) {}

  Executor get_executor() { return socket_.get_executor(); }
  bool secure() const { return tls_ != nullptr; }

  /// Agrees with the client on keys, where the stream is secure; false when they cannot, or it was cancelled.
  Awaitable<bool> shake_hands();
  /// Waits for bytes and puts them into the inbox's room; false when none will come, or it was cancelled.
  Awaitable<bool> read_into(Inbox& inbox);

  enum class Written { all, blocked, broken };
  /// Writes what the client takes without waiting, and removes that from `pending`; adds to `count`.
  Written write_some(Pending& pending, std::uint64_t& count);
  /// Waits until it is worth trying to write again; false when the connection is broken, or it was cancelled.
  Awaitable<bool> wait_to_write();

  /// How many of the bytes that were written the client's side has not yet taken, as far as the kernel knows.
  std::size_t untaken();

  /// Tells the client that nothing more comes.
  void shutdown_send();
  void cancel();
  void close();

 private:
  Written write_plain(Pending& pending, std::uint64_t& count);
  Written write_secure(Pending& pending, std::uint64_t& count);
  Awaitable<bool> wait_for(TlsSession::Step step);

  Socket socket_;
  std::unique_ptr<TlsSession> tls_;
  bool write_wants_read_ = false;  // TLS has to hear something before it can go on writing
};

}  // namespace decima::http
