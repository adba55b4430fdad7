#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "core/service.hpp"
#include "http/settings.hpp"

namespace decima::http {

/// The HTTP face of a service: threads that serve all routes on all addresses. The service outlives it.
class Server {
 public:
  Server(Settings settings, core::Service& service);
  /// Stops without grace if nobody did.
  ~Server();

  /// Listens, and answers from then on.
  Result<> start();
  /// Reads anew what the settings name files for: keys and certificates. What cannot be read stays as it was.
  Result<> reload();
  /// Takes no more connections, lets requests under way finish for at most `grace`, then cuts them off. Afterwards no
  /// thread of the server runs.
  void stop(Duration grace);

  /// Where it listens: the addresses of the settings, with the ports that were chosen where they said 0.
  std::vector<std::string> addresses() const;
  /// The port of the first address that has one.
  std::uint16_t port() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace decima::http
