// decima jobs: the list of a real server's jobs, by kind and state, through as many pages as it takes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "program.hpp"

namespace decima::program {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class Jobs : public testing::Test {
 protected:
  Ended jobs(Arguments more) const {
    more.insert(more.begin(), "jobs");
    more.insert(more.end(), {"--server", server_.address()});
    return run(more);
  }
  std::vector<std::string> lines(const Arguments& more) const {
    const Ended ended = jobs(more);
    EXPECT_EQ(ended.status, 0) << ended.err;
    std::vector<std::string> found;
    std::istringstream text(ended.out);
    for (std::string line; std::getline(text, line);) found.push_back(line);
    return found;
  }
  /// Asks for the factorials from `first` on.
  void submit(int first, int count) const {
    std::string batch;
    for (int n = first; n < first + count; n++)
      batch += (batch.empty() ? "" : ",") + (R"({"kind":"factorial","arguments":{"n":)" + std::to_string(n)) + "}}";
    EXPECT_THAT(server_.ask("/api/v1/jobs", "[" + batch + "]"), HasSubstr("200 OK"));
  }

  Folder folder_;
  Server server_{folder_ / "data"};
};

TEST_F(Jobs, AreNoneInTheBeginning) { EXPECT_THAT(lines({}), IsEmpty()); }

TEST_F(Jobs, AreListedByKindAndState) {
  submit(1, 3);
  for (int n = 1; n <= 3; n++) server_.digits("factorial-" + std::to_string(n));
  EXPECT_EQ(run({"submit", "fibonacci", "10", "--wait", "--server", server_.address()}).status, 0);
  const auto all = lines({});
  ASSERT_THAT(all, SizeIs(4));
  EXPECT_THAT(all[0], ContainsRegex("^done +2  20.*Z  fibonacci-10$")) << "the newest first";
  EXPECT_THAT(lines({"--kind", "factorial"}), SizeIs(3));
  EXPECT_THAT(lines({"--kind", "factorial", "--state", "done", "--limit", "2"}), SizeIs(2));
  EXPECT_THAT(lines({"--state", "failed"}), IsEmpty());
  const auto as_json = lines({"--json", "--kind", "fibonacci"});
  ASSERT_THAT(as_json, SizeIs(1));
  EXPECT_THAT(as_json[0], StartsWith(R"({"id":"fibonacci-10","kind":"fibonacci")"));
}

TEST_F(Jobs, ComeThroughAsManyPagesAsItTakes) {
  submit(1, 1000);
  submit(1001, 30);
  const auto all = lines({"--limit", "2000"});
  EXPECT_THAT(all, SizeIs(1030));
  std::set<std::string> names;
  for (const std::string& line : all) names.insert(line.substr(line.rfind(' ')));
  EXPECT_THAT(names, SizeIs(1030)) << "each once";
  EXPECT_THAT(lines({"--limit", "1010"}), SizeIs(1010));
  EXPECT_THAT(lines({}), SizeIs(50)) << "a screenful, where nothing is said";
}

TEST_F(Jobs, ThatCannotBeAreToldInWords) {
  const Ended state = jobs({"--state", "nonsense"});
  EXPECT_EQ(state.status, 2);
  EXPECT_THAT(state.err, HasSubstr("state is one of queued"));
  const Ended kind = jobs({"--kind", "nonsense"});
  EXPECT_EQ(kind.status, 2);
  EXPECT_THAT(kind.err, HasSubstr("kind is one of"));
}

}  // namespace
}  // namespace decima::program
