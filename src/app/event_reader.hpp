#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace decima::app {

/// Reads server-sent events as they come, in pieces of whatever size, and gives the data of each. What an event is
/// called and its number are not wanted here.
class EventReader {
 public:
  using Take = std::function<void(const std::string& data)>;

  /// False when an event is longer than any that is meant: what comes after cannot be understood.
  bool feed(std::string_view piece, const Take& take);

 private:
  void end_line(const Take& take);

  std::string line_;
  std::string data_;
  bool has_data_ = false;
  bool after_return_ = false;  // the line ended with a carriage return, of which a line feed may be the other half
};

}  // namespace decima::app
