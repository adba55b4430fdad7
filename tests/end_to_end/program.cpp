#include "program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace decima::end_to_end {
namespace {

std::filesystem::path fresh_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "decima-test-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a folder");
  return name;
}

std::string contents(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

/// The first address in "decima serves on 127.0.0.1:43210\n".
std::string announced_address(const std::string& output) {
  constexpr std::string_view before = "decima serves on ";
  const std::size_t start = output.find(before);
  const std::size_t end = output.find('\n', start == std::string::npos ? 0 : start);
  if (start == std::string::npos || end == std::string::npos) return {};
  return output.substr(start + before.size(), end - start - before.size());
}

pid_t start(std::vector<std::string> words, const std::filesystem::path& folder) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND;
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, (folder / "out").c_str(), flags, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, (folder / "log").c_str(), flags, 0600);
  pid_t pid = -1;
  const int failed = posix_spawn(&pid, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed) throw std::runtime_error("cannot start " + words[0]);
  return pid;
}

}  // namespace

bool eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < end) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return holds();
}

Program::Program(const std::vector<std::string>& flags) : folder_(fresh_folder()) {
  std::vector<std::string> words = {DECIMA_PROGRAM, "serve", "--data", (folder_ / "data").string()};
  if (std::find(flags.begin(), flags.end(), "--listen") == flags.end())
    words.insert(words.end(), {"--listen", "127.0.0.1:0"});
  words.insert(words.end(), flags.begin(), flags.end());
  pid_ = start(std::move(words), folder_);
  const bool serving = eventually([this] {
    address_ = announced_address(contents(folder_ / "out"));
    return !address_.empty();
  });
  if (!serving) throw std::runtime_error("the program does not serve: " + log());
}

Program::~Program() {
  if (pid_ > 0) {
    signal(SIGTERM);
    wait();
  }
  std::filesystem::remove_all(folder_);
}

std::string Program::log() const { return contents(folder_ / "log"); }

void Program::signal(int number) { kill(pid_, number); }

int Program::wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void ServingTest::TearDown() {
  EXPECT_EQ(get("/health").status, 200) << "the program no longer answers";
  if (errors_expected_) return;
  std::istringstream lines(program_.log());
  for (std::string line; std::getline(lines, line);) EXPECT_EQ(line.find(R"("level":"ERROR")"), std::string::npos) << line;
}

Reply ServingTest::get_until(int status, const std::string& target) const {
  Reply reply;
  eventually([&] {
    reply = get(target);
    return reply.status == status;
  });
  EXPECT_EQ(reply.status, status) << target << ": " << reply.body.substr(0, 300);
  return reply;
}

void ServingTest::compute(const std::string& n) const {
  const Reply accepted = post("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":")" + n + R"("}})");
  ASSERT_LT(accepted.status, 300) << accepted.body;
  get_until(200, "/api/v1/jobs/factorial-" + n + "/digits");
}

double ServingTest::jobs() const {
  std::istringstream lines(get("/metrics").body);
  double sum = 0;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("decima_jobs{")) sum += std::stod(line.substr(line.rfind(' ')));
  return sum;
}

}  // namespace decima::end_to_end
