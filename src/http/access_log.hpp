#pragma once
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/error.hpp"

namespace decima::http {

/// One line for each request while there are few, at most so many a second while there are many; a line tells how many
/// were left out before it. Errors of the server's own are always written, those of clients are no errors here.
/// Each thread has its own.
class AccessLog {
 public:
  explicit AccessLog(std::uint64_t lines_per_second) : lines_per_second_(lines_per_second) {}

  struct Line {
    std::string_view request_id;
    std::string_view client;
    std::string_view caller;  ///< who proved to be who, or empty
    std::string_view method;
    std::string_view target;
    int status = 0;
    std::uint64_t bytes = 0;  ///< sent, the head included
    double seconds = 0;
    const Error* cause = nullptr;
  };
  void write(const Line& line);

 private:
  bool admits();

  const std::uint64_t lines_per_second_;
  std::chrono::steady_clock::time_point second_{};
  std::uint64_t written_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace decima::http
