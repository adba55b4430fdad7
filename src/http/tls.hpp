#pragma once
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace decima::http {

/// One connection's side of TLS over a socket that does not block. Never waits: says for what it would have to.
class TlsSession {
 public:
  enum class Step { done, wants_read, wants_write, ended };

  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  Step handshake();
  /// `done`: `count` bytes came, at least one. `ended`: no more will come.
  Step read(std::span<char> room, std::size_t& count);
  /// `done`: `count` bytes were taken, at least one. Else call again with the same bytes.
  Step write(std::string_view bytes, std::size_t& count);
  /// Tells the client that nothing more comes, if that can be said without waiting.
  void say_goodbye();

 private:
  friend class TlsContext;
  struct State;
  explicit TlsSession(std::unique_ptr<State> state);
  Step step_of(int result);

  std::unique_ptr<State> state_;
};

/// The certificate and key that new connections get: TLS 1.2 and 1.3 with forward secrecy and authenticated encryption
/// only, HTTP/1.1 by ALPN. Any thread may call.
class TlsContext {
 public:
  TlsContext(std::string certificate_file, std::string key_file);
  ~TlsContext();

  /// Reads both files, PEM, the certificate with its chain. After an error all stays as it was. Connections that are
  /// open keep what they began with.
  Result<> load();
  /// Over this socket, which stays the caller's. nullptr before a successful load(), or when there is no memory.
  std::unique_ptr<TlsSession> session(int socket) const;

 private:
  struct Loaded;
  const std::string certificate_file_, key_file_;
  mutable std::mutex mutex_;
  std::shared_ptr<Loaded> loaded_;
};

}  // namespace decima::http
