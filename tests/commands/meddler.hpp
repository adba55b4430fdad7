#pragma once
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace decima::program {

/// Stands between a client and a server, and does to the server's bytes what the test wants.
class Meddler {
 public:
  enum class Then { go_on, cut, hold };  ///< hold: no more bytes come, and the connection stays
  /// Sees each piece of the server's answers, may change it, and says what becomes of the connection after it.
  /// `connection` counts from 0.
  using Meddle = std::function<Then(int connection, std::string& bytes)>;

  Meddler(const std::string& server, Meddle meddle);
  ~Meddler();
  Meddler(const Meddler&) = delete;
  Meddler& operator=(const Meddler&) = delete;

  const std::string& address() const { return address_; }
  int connections() const { return connections_; }
  /// All that clients have sent.
  std::string asked() const;

 private:
  void run();
  void relay(int client, int number);

  std::string server_, address_;
  Meddle meddle_;
  int listener_;
  std::atomic<int> connections_{0};
  std::atomic<bool> ending_{false};
  mutable std::mutex mutex_;
  std::string asked_;
  std::thread thread_;
};

}  // namespace decima::program
