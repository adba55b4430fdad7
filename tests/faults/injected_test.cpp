// System calls of the running program that fail, injected by strace: EIO, a full disk, and writes that claim to have
// written one byte. DECIMA_INJECTIONS says how many of each, DECIMA_SEED where the sample lies.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "chance.hpp"
#include "program.hpp"
#include "stored.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

namespace fs = std::filesystem;

/// strace, attached to a process and all its threads while this lives.
class Strace {
 public:
  Strace(pid_t process, const std::string& injection) {
    const std::string victim = std::to_string(process), inject = "inject=" + injection;
    const std::string trace = "trace=" + injection.substr(0, injection.find(':'));
    const fs::path said = folder_ / "said";
    const int errors = open(said.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    process_ = fork();
    if (process_ == 0) {
      dup2(errors, STDERR_FILENO);
      execlp("strace", "strace", "-f", "-o", "/dev/null", "-e", trace.c_str(), "-e", inject.c_str(), "-p",
             victim.c_str(), nullptr);
      _exit(127);
    }
    close(errors);
    program::eventually([&] {
      attached_ = program::read_file(said).find("attached") != std::string::npos;
      return attached_ || waitpid(process_, nullptr, WNOHANG) != 0;
    });
    said_ = program::read_file(said);
  }
  ~Strace() {
    if (!attached_) return;
    kill(process_, SIGINT);
    waitpid(process_, nullptr, 0);
  }
  Strace(const Strace&) = delete;
  Strace& operator=(const Strace&) = delete;

  bool attached() const { return attached_; }
  const std::string& said() const { return said_; }

 private:
  const program::Folder folder_;
  pid_t process_ = -1;
  bool attached_ = false;
  std::string said_;
};

class Injected : public testing::Test {
 protected:
  static std::string path_of(std::uint64_t n) { return "/api/v1/jobs/factorial-" + std::to_string(n); }

  bool ask_for(std::uint64_t n) {
    return server_.ask("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":)" + std::to_string(n) + "}}")
        .starts_with("HTTP/1.1 20");
  }

  bool done(std::uint64_t n) { return server_.ask(path_of(n)).find(R"("state":"done")") != std::string::npos; }

  /// What a reader of the data folder sees of a result: all of it, or nothing.
  void expect_whole_or_absent(std::uint64_t n) {
    const auto bytes = program::Stored(data_).bytes(program::key_of_factorial(n));
    EXPECT_TRUE(!bytes || *bytes == factorial_by_gmp(n)) << n;
  }

  /// One job of each size, asked for while the injection is on; they must end well once it is off.
  void live_through(const std::string& injection) {
    SCOPED_TRACE(injection + ", replay with DECIMA_SEED=" + std::to_string(seed_));
    const std::uint64_t small = next_++, large = 20'000 + next_++;
    {
      const Strace strace(server_.process().process(), injection);
      ASSERT_TRUE(strace.attached()) << "this test needs strace and the right to trace (ptrace): " << strace.said();
      const bool accepted = ask_for(small) && ask_for(large);
      if (accepted) wait_for_an_attempt(large);
      expect_whole_or_absent(small);
      expect_whole_or_absent(large);
    }
    for (const std::uint64_t n : {small, large}) {
      // Asked again, as a client would that was told to: a job that was given up meanwhile begins anew.
      ASSERT_TRUE(program::eventually([&] { return ask_for(n) && done(n); })) << server_.ask(path_of(n));
      const std::string answer = server_.ask(path_of(n) + "/digits");
      EXPECT_TRUE(answer.ends_with("\r\n\r\n" + factorial_by_gmp(n))) << n;
      expect_whole_or_absent(n);
    }
  }

  /// Until the job is done or has failed once: what was injected has been met, or never will be.
  void wait_for_an_attempt(std::uint64_t n) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    while (!done(n) && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  }

  const std::uint64_t seed_ = seed();
  Chance chance_{seed_};
  const program::Folder folder_;
  const fs::path data_ = folder_ / "data";
  program::Server server_{data_, {"--lease", "1s"}};
  std::uint64_t next_ = 300;
};

// The database writes by pwrite64 and fdatasync, the blob store by the others.
constexpr const char* calls[] = {"pwrite64", "fdatasync", "write", "fsync", "renameat"};

TEST_F(Injected, ErrorsAtAnyWritingCallAreOutlived) {
  const std::uint64_t injections = number_from("DECIMA_INJECTIONS", 1);
  for (const char* call : calls)
    for (const char* error : {"EIO", "ENOSPC"})
      for (std::uint64_t i = 0; i < injections; i++) {
        const std::uint64_t at = injections > 10 ? i + 1 : chance_.between(1, 12);
        live_through(call + std::string(":error=") + error + ":when=" + std::to_string(at));
        if (HasFatalFailure()) return;
      }
}

TEST_F(Injected, AWriteThatLiesIsFoundByTheCheck) {
  for (std::uint64_t at = 1; at <= 2 * number_from("DECIMA_INJECTIONS", 1); at++) {
    live_through("write:retval=1:when=" + std::to_string(at));
    if (HasFatalFailure()) return;
  }
}

TEST_F(Injected, OnAFullDiskItSaysSoStaysUpAndRecovers) {
  {
    const Strace strace(server_.process().process(), "write,pwrite64,fsync,fdatasync:error=ENOSPC");
    ASSERT_TRUE(strace.attached()) << "this test needs strace and the right to trace (ptrace): " << strace.said();
    const std::string answer = server_.ask("/api/v1/factorial", R"({"number":"123"})");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 5")) << answer;
    EXPECT_TRUE(server_.ask("/health").starts_with("HTTP/1.1 200"));
  }
  ASSERT_TRUE(program::eventually([&] { return ask_for(123) && done(123); }));
  expect_whole_or_absent(123);
}

}  // namespace
}  // namespace decima::faults
