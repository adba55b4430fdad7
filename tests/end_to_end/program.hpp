#pragma once
#include <gtest/gtest.h>
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "client.hpp"

namespace decima::end_to_end {

/// `decima serve`, running, with a data folder of its own on a port that the system chose.
class Program {
 public:
  explicit Program(const std::vector<std::string>& flags = {});
  /// Ends it and removes its folder.
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const std::string& address() const { return address_; }
  const std::filesystem::path& folder() const { return folder_; }
  /// All that it has logged so far.
  std::string log() const;
  /// Sends a signal.
  void signal(int number);
  /// Its exit status, once it has ended.
  int wait();

 private:
  std::filesystem::path folder_;
  pid_t pid_ = -1;
  std::string address_;
};

/// A fresh program for each test. Whatever a test does to it, it must not have logged an error of its own afterwards
/// unless the test says so.
class ServingTest : public testing::Test {
 protected:
  explicit ServingTest(const std::vector<std::string>& flags = {}) : program_(flags) {}
  void TearDown() override;

  const std::string& address() const { return program_.address(); }
  Reply get(const std::string& target) const { return end_to_end::get(address(), target); }
  Reply post(const std::string& target, const std::string& json) const {
    return end_to_end::post(address(), target, json);
  }
  /// Asks again and again until the status is this one, for half a minute at most.
  Reply get_until(int status, const std::string& target) const;
  /// Asks for a job and waits until it is done.
  void compute(const std::string& n) const;
  /// How many jobs there are, in whatever state.
  double jobs() const;

  Program program_;
  bool errors_expected_ = false;
};

/// Asks `holds` again and again, for half a minute at most.
bool eventually(const std::function<bool()>& holds);

}  // namespace decima::end_to_end
