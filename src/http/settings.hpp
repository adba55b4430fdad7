#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "http/access_settings.hpp"

namespace decima::http {

/// What one connection may cost. Whoever goes over a bound is answered with the status that says so, or cut off.
struct Limits {
  std::size_t header_bytes = 16 << 10;            ///< request line and fields together: 431
  std::size_t header_fields = 100;                ///< 431
  std::size_t body_bytes = 1 << 20;               ///< 413, without reading it
  std::size_t json_depth = 32;                    ///< 400
  std::size_t connections = 10'000;               ///< 503 and closed
  std::size_t connections_per_client = SIZE_MAX;  ///< 503 and closed; a trusted proxy may have any number
  std::uint64_t requests = 1'000'000;             ///< on one connection, which is then closed
  Duration header_time{15'000};                   ///< from the first byte to the last of a header: 408
  Duration body_time{30'000};                     ///< the same of a body: 408
  Duration idle_time{60'000};                     ///< between two requests: closed
  Duration write_time{60'000};                    ///< without the client taking a byte: closed
  Duration wait_time{60'000};                     ///< that a client may ask to wait for a job; more is cut to it
};

/// All that the HTTP face can be told.
struct Settings {
  /// HOST:PORT, [IPV6]:PORT or unix:PATH; port 0 takes any that is free. After https:// connections use TLS.
  std::vector<std::string> listen = {"127.0.0.1:8080"};
  std::string tls_certificate, tls_key;  ///< PEM files
  unsigned threads = 1;                  ///< that read, answer from memory and write
  unsigned pool_threads = 16;            ///< that wait for stores
  std::size_t pool_line = 1024;          ///< requests that may wait for one of those; the next is answered 503
  std::uint64_t factorial_max = 20'000;
  std::string bucket = "factorial-results";   ///< as the metadata routes show it
  std::uint64_t inline_bytes = 64 << 10;      ///< a longer result is not held whole but sent block by block
  std::uint64_t access_log_per_second = 100;  ///< lines of each thread; server errors are always logged
  Limits limits;
  AccessSettings access;
};

}  // namespace decima::http
