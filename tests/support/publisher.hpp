#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace decima::support {

/// A web server on this machine that publishes one text, for tests of who asks for it: it answers whatever it is asked.
class Publisher {
 public:
  Publisher();
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  const std::string& url() const { return url_; }
  /// How often it was asked, in all.
  int asked() const { return asked_; }
  /// What it answers from now on.
  void publish(const std::string& body, const std::string& status = "200 OK");
  /// Lets those who ask wait, until it is released.
  void hold();
  void release();
  /// Refuses connections, until it comes back to the same URL.
  void go_down();
  void come_back();

 private:
  void serve();

  std::uint16_t port_ = 0;
  const int kept_;  // has the port, so that nobody else gets it while this is down
  const std::string url_;
  int listener_ = -1;
  std::atomic<int> asked_{0};
  std::mutex mutex_;
  std::condition_variable released_;
  std::string answer_;
  bool held_ = false;
  std::jthread thread_;
};

}  // namespace decima::support
