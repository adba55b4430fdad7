#pragma once
#include <gtest/gtest.h>

#include <string>

#include "client.hpp"
#include "program.hpp"

namespace decima::end_to_end {

using program::eventually;

/// Flags with which 30,000,000! takes longer than any test on the fastest machine.
inline const program::Arguments slow_computing{"--worker-threads", "1", "--kernel", "generic"};

/// A fresh `decima serve` for each test. Whatever the test does to it, it must still answer afterwards, must not have
/// logged an error of its own unless the test expects some, and must end well.
class ServingTest : public testing::Test {
 protected:
  explicit ServingTest(const program::Arguments& flags = {}) : server_(folder_ / "data", flags) {}
  void TearDown() override;

  const std::string& address() const { return server_.address(); }
  Reply get(const std::string& target) const { return end_to_end::get(address(), target); }
  Reply post(const std::string& target, const std::string& json) const {
    return end_to_end::post(address(), target, json);
  }
  /// Asks again and again until the status is this one.
  Reply get_until(int status, const std::string& target) const;
  /// Asks for a factorial and waits until it is done.
  void compute(const std::string& n) const;
  /// How many jobs there are, in whatever state.
  double jobs() const;
  /// The lines so far; one that is just being written is none yet.
  std::string log() {
    std::string text = server_.process().err();
    text.resize(text.rfind('\n') + 1);
    return text;
  }

  program::Folder folder_;
  program::Server server_;
  bool errors_expected_ = false;
};

}  // namespace decima::end_to_end
