#pragma once
#include <atomic>
#include <cstddef>
#include <utility>

namespace decima::http {

/// Leave for something of which there may only be so much at once, in all threads together.
class Leaves {
 public:
  explicit Leaves(std::size_t most) : most_(most) {}

  /// One, given back when it goes. False where there was none to be had.
  class Leave {
   public:
    Leave() = default;
    ~Leave() { give_back(); }
    Leave(Leave&& other) noexcept : from_(std::exchange(other.from_, nullptr)) {}
    Leave& operator=(Leave&& other) noexcept {
      give_back();
      from_ = std::exchange(other.from_, nullptr);
      return *this;
    }
    explicit operator bool() const { return from_ != nullptr; }

   private:
    friend class Leaves;
    explicit Leave(Leaves* from) : from_(from) {}
    void give_back() {
      if (from_) from_->taken_--;
    }
    Leaves* from_ = nullptr;
  };

  Leave take() {
    if (taken_.fetch_add(1) < most_) return Leave(this);
    taken_--;
    return {};
  }

 private:
  const std::size_t most_;
  std::atomic<std::size_t> taken_{0};
};

}  // namespace decima::http
