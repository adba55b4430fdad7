#pragma once
#include <gtest/gtest.h>

#include "base/result.hpp"

namespace decima::conformance {

template <class T>
testing::AssertionResult succeeds(const Result<T>& outcome) {
  if (outcome) return testing::AssertionSuccess();
  return testing::AssertionFailure() << outcome.error().message();
}

template <class T>
testing::AssertionResult fails_with(const Result<T>& outcome, Code wanted) {
  if (!outcome && outcome.error().code == wanted) return testing::AssertionSuccess();
  if (outcome) return testing::AssertionFailure() << "it succeeded, wanted: " << facts(wanted).name;
  return testing::AssertionFailure() << outcome.error().message() << ", wanted: " << facts(wanted).name;
}

#define EXPECT_OK(act) EXPECT_TRUE(succeeds(act))
#define EXPECT_CODE(act, wanted) EXPECT_TRUE(fails_with(act, wanted))

}  // namespace decima::conformance
