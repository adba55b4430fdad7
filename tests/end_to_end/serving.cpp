#include "serving.hpp"

#include <signal.h>

#include <sstream>

namespace decima::end_to_end {

void ServingTest::TearDown() {
  EXPECT_EQ(get("/health").status, 200) << "the program no longer answers";
  server_.process().signal(SIGTERM);
  const program::Ended ended = server_.process().wait();
  EXPECT_EQ(ended.status, 0);
  if (errors_expected_) return;
  std::istringstream lines(ended.err);
  for (std::string line; std::getline(lines, line);)
    EXPECT_EQ(line.find(R"("level":"ERROR")"), std::string::npos) << line;
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
