#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace decima::http {

/// A request's target, taken apart and percent-decoded. One object is used for request after request, so that reading
/// a short target allocates nothing.
class Target {
 public:
  static constexpr std::size_t most_segments = 8;

  /// False when it is not a path with an optional query ("/a/b?c=d", or the same with scheme and host before it), or
  /// has more segments than any route. `text` must outlive the use of this object.
  bool parse(std::string_view text);

  std::size_t size() const { return size_; }
  const std::string& segment(std::size_t index) const { return segments_[index]; }

  /// The decoded value of the first query parameter of this name.
  std::optional<std::string> query(std::string_view name) const;

 private:
  std::string segments_[most_segments];
  std::size_t size_ = 0;
  std::string_view query_;
};

}  // namespace decima::http
