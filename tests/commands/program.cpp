#include "program.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace decima::program {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds longest_wait{60};

fs::path make_folder() {
  std::string name = (fs::temp_directory_path() / "decima-program-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
  return name;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

int open_output(const fs::path& path) { return open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600); }

constexpr std::chrono::microseconds longest_pause{20'000};

/// Between fork and exec only calls that are safe there. A test that is killed takes its programs along; so whoever
/// starts one must be a thread that outlives it.
[[noreturn]] void become(char* const* arguments, char* const* variables, int out, int err) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  execve(DECIMA_PROGRAM, arguments, variables);
  _exit(127);
}

int connect_to(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  inet_pton(AF_INET, address.substr(0, colon).c_str(), &place.sin_addr);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(socket, reinterpret_cast<sockaddr*>(&place), sizeof place) == 0) return socket;
  close(socket);
  return -1;
}

}  // namespace

Running::Running(const Arguments& arguments, const Variables& variables) : folder_(make_folder()) {
  std::vector<std::string> all = {"decima"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const auto argument_pointers = pointers(all), variable_pointers = pointers(variables);
  const int out = open_output(folder_ / "out"), err = open_output(folder_ / "err");
  process_ = fork();
  if (process_ == 0) become(argument_pointers.data(), variable_pointers.data(), out, err);
  close(out);
  close(err);
}

Running::~Running() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  fs::remove_all(folder_);
}

void Running::signal(int number) { kill(process_, number); }

Ended Running::wait() {
  int status = 0;
  waitpid(process_, &status, 0);
  process_ = -1;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), out(), err()};
}

std::string Running::out() const { return read_file(folder_ / "out"); }
std::string Running::err() const { return read_file(folder_ / "err"); }

Ended run(const Arguments& arguments, const Variables& variables) { return Running(arguments, variables).wait(); }

Server::Server(const fs::path& data, const Arguments& more, const Variables& variables)
    : running_(
          [&] {
            Arguments arguments = {"serve", "--data", data.string()};
            if (std::find(more.begin(), more.end(), "--listen") == more.end())
              arguments.insert(arguments.end(), {"--listen", "127.0.0.1:0"});
            arguments.insert(arguments.end(), more.begin(), more.end());
            return arguments;
          }(),
          variables) {
  const std::string before = "decima serves on ", plain = "http://";
  if (!eventually([&] { return running_.out().find('\n') != std::string::npos; }))
    throw std::runtime_error("the server did not start: " + running_.err());
  const std::string line = running_.out().substr(0, running_.out().find('\n'));
  address_ = line.substr(line.find(before) + before.size());
  if (address_.starts_with(plain)) address_.erase(0, plain.size());
}

std::string Server::ask(const std::string& target, const std::string& body) const {
  if (body.empty()) return ask_with("GET", target);
  return exchange("POST " + target +
                  " HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Type: application/json\r\n" +
                  "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

std::string Server::ask_with(const std::string& method, const std::string& target) const {
  return exchange(method + " " + target + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
}

std::string Server::exchange(const std::string& request) const {
  const int socket = connect_to(address_);
  if (socket < 0) return "";
  std::string answer;
  if (send(socket, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    char buffer[65536];
    for (ssize_t got; (got = recv(socket, buffer, sizeof buffer, 0)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(got));
  }
  close(socket);
  return answer;
}

std::string Server::digits(const std::string& job) const {
  std::string answer;
  eventually([&] { return (answer = ask("/api/v1/jobs/" + job + "/digits")).starts_with("HTTP/1.1 200"); });
  const std::size_t body = answer.find("\r\n\r\n");
  return body == std::string::npos ? "" : answer.substr(body + 4);
}

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + longest_wait;
  // Between looks the processors are left to whom is waited for, and to other tests.
  for (std::chrono::microseconds pause(100); !condition(); pause = std::min(2 * pause, longest_pause)) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

Folder::Folder() : path_(make_folder()) {}
Folder::~Folder() { fs::remove_all(path_); }

std::size_t Folder::files() const {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

}  // namespace decima::program
