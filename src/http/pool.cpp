#include "http/pool.hpp"

namespace decima::http {

Pool::Pool(unsigned threads, std::size_t longest_line) : longest_line_(longest_line) {
  for (unsigned i = 0; i < threads; i++) threads_.emplace_back([this] { serve(); });
}

Pool::~Pool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Pool::try_run(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (line_.size() >= longest_line_) return false;
    line_.push_back(std::move(work));
  }
  ready_.notify_one();
  return true;
}

void Pool::run(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    line_.push_back(std::move(work));
  }
  ready_.notify_one();
}

void Pool::serve() {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return ending_ || !line_.empty(); });
      if (line_.empty()) return;
      work = std::move(line_.front());
      line_.pop_front();
    }
    work();
  }
}

}  // namespace decima::http
