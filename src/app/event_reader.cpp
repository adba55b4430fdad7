#include "app/event_reader.hpp"

namespace decima::app {
namespace {

constexpr std::size_t longest_event = 1 << 20;
constexpr std::string_view data_field = "data:";

}  // namespace

bool EventReader::feed(std::string_view piece, const Take& take) {
  for (const char c : piece) {
    const bool other_half = c == '\n' && after_return_;
    after_return_ = c == '\r';
    if (other_half) continue;
    if (c == '\n' || c == '\r')
      end_line(take);
    else
      line_.push_back(c);
    if (line_.size() + data_.size() > longest_event) return false;
  }
  return true;
}

void EventReader::end_line(const Take& take) {
  if (line_.empty()) {
    if (has_data_) take(data_);
    data_.clear();
    has_data_ = false;
  } else if (line_.starts_with(data_field)) {
    std::string_view value = std::string_view(line_).substr(data_field.size());
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (has_data_) data_.push_back('\n');
    data_.append(value);
    has_data_ = true;
  }
  line_.clear();
}

}  // namespace decima::app
