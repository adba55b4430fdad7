#pragma once
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace decima::program {

using Arguments = std::vector<std::string>;
using Variables = std::vector<std::string>;  ///< "NAME=value"

struct Ended {
  int status = 0;  ///< exit status; 128 + the signal's number if one ended it
  std::string out, err;
};

/// Runs decima to its end, with no environment but `variables`.
Ended run(const Arguments& arguments, const Variables& variables = {});

/// A decima that is running. Killed when this ends.
class Running {
 public:
  explicit Running(const Arguments& arguments, const Variables& variables = {});
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  pid_t process() const { return process_; }
  void signal(int number);
  /// Waits until it has ended.
  Ended wait();
  /// What it has written so far.
  std::string out() const;
  std::string err() const;

 private:
  std::filesystem::path folder_;  ///< its output, in files, so that it never waits for a reader
  pid_t process_ = -1;
};

/// A `decima serve` over a data folder, ready when made; on a free port, unless `more` says where it listens.
class Server {
 public:
  explicit Server(const std::filesystem::path& data, const Arguments& more = {});

  const std::string& address() const { return address_; }  ///< the first: "127.0.0.1:PORT", or "https://127.0.0.1:PORT"
  Running& process() { return running_; }

  /// The answer to a request, status line and all; `body` makes it a POST of JSON.
  std::string ask(const std::string& target, const std::string& body = "") const;
  /// The digits of a finished job, waiting for it.
  std::string digits(const std::string& job) const;

 private:
  Running running_;
  std::string address_;
};

/// Calls until it is true; false when that takes longer than a test should. For what another process does in its time.
bool eventually(const std::function<bool()>& condition);

/// A folder that goes when this goes.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }
  std::size_t files() const;

 private:
  std::filesystem::path path_;
};

std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, const std::string& text);

}  // namespace decima::program
