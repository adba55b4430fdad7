// What systemd, or whoever else watches the program, is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "program.hpp"

namespace decima::program {
namespace {

/// Where news arrive.
class Ear {
 public:
  explicit Ear(const std::string& path) : descriptor_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Ear() { close(descriptor_); }
  Ear(const Ear&) = delete;
  Ear& operator=(const Ear&) = delete;

  /// The next piece of news; empty when none comes for longer than a test should take.
  std::string next() const {
    pollfd wait{descriptor_, POLLIN, 0};
    char text[256];
    if (poll(&wait, 1, 30'000) != 1) return {};
    const auto length = recv(descriptor_, text, sizeof text, 0);
    return {text, static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
  }
  /// Skips news until this.
  bool hears(const std::string& wanted) const {
    for (std::string news = next(); !news.empty(); news = next())
      if (news == wanted) return true;
    return false;
  }

 private:
  int descriptor_;
};

Arguments serve(const Folder& folder) { return {"serve", "--listen", "127.0.0.1:0", "--data", folder / "data"}; }

TEST(Supervisor, HearsOfStartLifeAndEnd) {
  const Folder folder;
  const std::string socket = folder / "notify";
  const Ear ear(socket);
  Running server(serve(folder), {"NOTIFY_SOCKET=" + socket, "WATCHDOG_USEC=20000"});
  EXPECT_EQ(ear.next(), "READY=1");
  for (int beat = 0; beat < 3; beat++) EXPECT_EQ(ear.next(), "WATCHDOG=1");
  server.signal(SIGTERM);
  EXPECT_TRUE(ear.hears("STOPPING=1"));
  EXPECT_EQ(server.wait().status, 0);
}

TEST(Supervisor, IsNotReassuredWhenItDidNotAsk) {
  const Folder folder;
  const std::string socket = folder / "notify";
  const Ear ear(socket);
  Running server(serve(folder), {"NOTIFY_SOCKET=" + socket, "WATCHDOG_USEC=20000", "WATCHDOG_PID=1"});
  EXPECT_EQ(ear.next(), "READY=1");
  server.signal(SIGTERM);
  EXPECT_EQ(ear.next(), "STOPPING=1");
  EXPECT_EQ(server.wait().status, 0);
}

TEST(Supervisor, ThatCannotBeReachedIsNoReasonNotToServe) {
  const Folder folder;
  Running server(serve(folder), {"NOTIFY_SOCKET=" + (folder / "nobody").string()});
  EXPECT_TRUE(eventually([&] { return server.out().find("decima serves on") != std::string::npos; }));
  EXPECT_TRUE(eventually([&] { return server.err().find("serve.supervisor_not_told") != std::string::npos; }));
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait().status, 0);
}

}  // namespace
}  // namespace decima::program
