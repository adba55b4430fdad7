#pragma once
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace decima::http {

/// The bytes that a connection has received and not yet used. Its size is fixed, so that views into a request's header
/// stay valid while its body comes in behind it.
class Inbox {
 public:
  explicit Inbox(std::size_t capacity) : bytes_(new char[capacity]), capacity_(capacity) {}

  std::string_view unused() const { return {bytes_.get() + used_, end_ - used_}; }
  std::size_t held() const { return end_; }
  std::span<char> room() { return {bytes_.get() + end_, capacity_ - end_}; }
  void received(std::size_t count) { end_ += count; }
  void use(std::size_t count) { used_ += count; }

  /// Bytes before this point stay where they are from now on: the header ends here.
  void pin() { pinned_ = used_; }
  /// Moves what is unused to the front, or to the pin, to make room.
  void compact() {
    if (used_ == pinned_) return;
    std::memmove(bytes_.get() + pinned_, bytes_.get() + used_, end_ - used_);
    end_ -= used_ - pinned_;
    used_ = pinned_;
  }
  void unpin() { pinned_ = 0; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_;
  std::size_t pinned_ = 0;
  std::size_t used_ = 0;
  std::size_t end_ = 0;
};

}  // namespace decima::http
