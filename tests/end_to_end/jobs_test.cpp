// The jobs API: every kind alike, errors as RFC 9457 problems.
#include <sys/resource.h>

#include <boost/json/value.hpp>
#include <fstream>

#include "serving.hpp"

namespace decima::end_to_end {
namespace {

namespace json = boost::json;

class Jobs : public ServingTest {
 protected:
  explicit Jobs(const program::Arguments& flags = {}) : ServingTest(flags) {}

  /// The problem's code, "not_found"; the document must agree with the status line.
  static std::string problem(const Reply& reply) {
    EXPECT_EQ(reply.field("Content-Type"), "application/problem+json") << reply.body;
    const json::object body = reply.json().as_object();
    EXPECT_EQ(body.at("status").as_int64(), reply.status);
    EXPECT_TRUE(body.contains("title") && body.contains("detail"));
    const std::string type(body.at("type").as_string());
    return type.substr(type.rfind(':') + 1);
  }

  std::filesystem::path stored(const std::string& name) const {
    return (folder_ / "data") / "results" / "factorials" / name;
  }

  static void flip_byte(const std::filesystem::path& path, std::streamoff at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const char byte = static_cast<char>(file.get());
    file.seekp(at);
    file.put(static_cast<char>(byte ^ 1));
    ASSERT_TRUE(file.good()) << path;
  }
};

TEST_F(Jobs, TakeAPriorityFrom0To9) {
  const auto asked = [&](const std::string& priority) {
    return post("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":10},"priority":)" + priority + "}");
  };
  for (const char* good : {"0", "9", R"("5")"}) EXPECT_LT(asked(good).status, 300) << good;
  for (const char* bad : {"10", "-1", "1.5", "null", R"("high")", R"("")", "18446744073709551616"}) {
    const Reply refused = asked(bad);
    EXPECT_EQ(refused.status, 400) << bad;
    EXPECT_EQ(problem(refused), "invalid_argument") << bad;
  }
}

TEST_F(Jobs, AreAcceptedShownAndServed) {
  const Reply accepted = post("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":1000}})");
  EXPECT_EQ(accepted.status, 202);
  EXPECT_EQ(accepted.field("Location"), "/api/v1/jobs/factorial-1000");
  EXPECT_EQ(accepted.json().as_object().at("state").as_string(), "queued");
  EXPECT_EQ(accepted.json().as_object().at("sha256"), nullptr);

  const Reply digits = get_until(200, "/api/v1/jobs/factorial-1000/digits");
  EXPECT_EQ(digits.field("Content-Type"), "text/plain; charset=us-ascii");
  EXPECT_EQ(digits.body.size(), 2568u);

  const json::object job = get("/api/v1/jobs/factorial-1000").json().as_object();
  EXPECT_EQ(job.at("id").as_string(), "factorial-1000");
  EXPECT_EQ(job.at("kind").as_string(), "factorial");
  EXPECT_EQ(job.at("arguments").as_object().at("n").as_int64(), 1000);
  EXPECT_EQ(job.at("state").as_string(), "done");
  EXPECT_EQ(job.at("digits").as_int64(), 2568);
  EXPECT_EQ(job.at("bytes").as_int64(), 2568);
  EXPECT_EQ(job.at("sha256").as_string(), "cc336cf135d690c1105664b3b859db66b940db51cd66cf891fee120584cf7873");
  for (const char* nothing : {"error", "phase", "eta_seconds"}) EXPECT_EQ(job.at(nothing), nullptr) << nothing;

  const Reply again = post("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":"1000"}})");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.json().as_object(), job);
}

TEST_F(Jobs, RequestsThatNameNoneAreRefused) {
  const std::tuple<const char*, int, const char*> cases[] = {
      {R"({})", 400, "invalid_request"},
      {R"({"kind":"factorial"})", 400, "invalid_request"},
      {R"({"kind":7,"arguments":{}})", 400, "invalid_request"},
      {R"({"kind":"factorial","arguments":[5]})", 400, "invalid_request"},
      {R"({"kind":"factorial","arguments":{}})", 400, "invalid_argument"},
      {R"({"kind":"factorial","arguments":{"m":5}})", 400, "invalid_argument"},
      {R"({"kind":"factorial","arguments":{"n":5,"m":5}})", 400, "invalid_argument"},
      {R"({"kind":"factorial","arguments":{"n":-5}})", 400, "invalid_argument"},
      {R"({"kind":"factorial","arguments":{"n":5.0}})", 400, "invalid_argument"},
      {R"({"kind":"factorial","arguments":{"n":[5]}})", 400, "invalid_argument"},
      {R"({"kind":"factorial","arguments":{"n":"007"}})", 400, "invalid_argument"},
      {R"({"kind":"factorial","arguments":{"n":"300000000000000000000000"}})", 400, "invalid_argument"},
      {R"({"kind":"factorial","arguments":{"n":"9007199254740993"}})", 422, "too_large"},
      {R"({"kind":"nonsense","arguments":{"n":5}})", 404, "unknown_kind"},
      {R"(nonsense)", 400, "invalid_request"},
  };
  for (const auto& [body, status, code] : cases) {
    const Reply reply = post("/api/v1/jobs", body);
    EXPECT_EQ(reply.status, status) << body;
    EXPECT_EQ(problem(reply), code) << body;
  }
  EXPECT_EQ(jobs(), 0);
}

TEST_F(Jobs, UnknownOnesAreNotFound) {
  for (const char* target : {"/api/v1/jobs/factorial-5", "/api/v1/jobs/factorial-5/digits"})
    EXPECT_EQ(problem(get(target)), "not_found") << target;
  for (const char* target : {"/api/v1/jobs/factorial-05", "/api/v1/jobs/", "/api/v1/jobs/..%2fetc/digits"})
    EXPECT_EQ(problem(get(target)), "invalid_request") << target;
}

/// That go on for a while on any machine.
class LongJobs : public Jobs {
 protected:
  LongJobs() : Jobs(slow_computing) {}
};

TEST_F(LongJobs, DigitsOfAnUnfinishedOneAreAConflict) {
  post("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":"30000000"}})");
  const Reply reply = get("/api/v1/jobs/factorial-30000000/digits");
  EXPECT_EQ(reply.status, 409);
  EXPECT_NE(reply.field("Retry-After"), "");
  EXPECT_EQ(problem(reply), "not_finished");
}

class JobsThatFail : public Jobs {
 protected:
  JobsThatFail() : Jobs({"--max-failures", "1"}) { errors_expected_ = true; }
};

TEST_F(JobsThatFail, SayWhyAndHarmNobodyElse) {
  const rlimit short_files{4 << 20, 4 << 20};
  ASSERT_EQ(::prlimit(server_.process().process(), RLIMIT_FSIZE, &short_files, nullptr), 0);
  const Ask patient{
      "POST", "/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":1500000}})", {{"Prefer", "wait=60"}}};
  const json::object job = ask(address(), patient).json().as_object();
  EXPECT_EQ(job.at("state").as_string(), "failed");
  EXPECT_EQ(job.at("error").as_object().at("code").as_string(), "io_error");
  for (const char* part : {"digits", "certificate"}) {
    const Reply refused = get(std::string("/api/v1/jobs/factorial-1500000/") + part);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(problem(refused), "job_failed");
    EXPECT_EQ(refused.field("Retry-After"), "") << "it would fail again";
    EXPECT_NE(refused.body.find("File too large"), std::string::npos) << refused.body;
  }
  compute("1000");
}

TEST_F(Jobs, LongDigitsComeInBlocks) {
  compute("250000");
  const Reply digits = get("/api/v1/jobs/factorial-250000/digits");
  EXPECT_EQ(digits.body.size(), 1'240'915u);
  EXPECT_TRUE(digits.complete);
  EXPECT_EQ(digits.body.find_first_not_of("0123456789"), std::string::npos);
}

TEST_F(Jobs, ADamagedFirstBlockIsNeverServed) {
  errors_expected_ = true;
  compute("250000");
  flip_byte(stored("250000.txt"), 1000);
  const Reply damaged = get("/api/v1/jobs/factorial-250000/digits");
  EXPECT_EQ(damaged.status, 503);
  EXPECT_EQ(problem(damaged), "corrupt");
  EXPECT_EQ(damaged.field("Retry-After"), "1");
  EXPECT_EQ(get_until(200, "/api/v1/jobs/factorial-250000/digits").body.size(), 1'240'915u) << "it is computed again";
}

TEST_F(Jobs, ADamagedLaterBlockCutsTheBodyShort) {
  errors_expected_ = true;
  compute("250000");
  const std::string whole = get("/api/v1/jobs/factorial-250000/digits").body;
  flip_byte(stored("250000.txt"), 1'200'000);
  const Reply damaged = get("/api/v1/jobs/factorial-250000/digits");
  EXPECT_EQ(damaged.status, 200) << "the header was sent before the damage was found";
  EXPECT_FALSE(damaged.complete);
  EXPECT_EQ(damaged.body, whole.substr(0, 1 << 20));
  EXPECT_TRUE(eventually([&] { return get("/api/v1/jobs/factorial-250000/digits").body == whole; }));
}

TEST_F(Jobs, AreAnsweredWhenDoneToThoseWhoWait) {
  const Reply reply = ask(
      address(), {"POST", "/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":2000}})", {{"Prefer", "wait=30"}}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.field("Preference-Applied"), "wait");
  EXPECT_EQ(reply.json().as_object().at("state").as_string(), "done");

  post("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":20000}})");
  const Reply found = ask(address(), {"GET", "/api/v1/jobs/factorial-20000", {}, {{"Prefer", "wait=30"}}});
  EXPECT_EQ(found.json().as_object().at("state").as_string(), "done");
}

TEST_F(LongJobs, AreShownUnfinishedToThoseWhoHaveWaitedLongEnough) {
  const Reply reply =
      ask(address(),
          {"POST", "/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":30000000}})", {{"Prefer", "wait=1"}}});
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(reply.json().as_object().at("sha256"), nullptr);
  EXPECT_TRUE(eventually([this] {
    const json::object job = get("/api/v1/jobs/factorial-30000000").json().as_object();
    return job.at("phase") == "computing" && job.at("progress").is_number();
  })) << "how far it is can be seen";
}

TEST_F(LongJobs, AreToBeAskedForLater) {
  post("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":30000000}})");
  for (const char* part : {"digits", "certificate"})
    EXPECT_TRUE(eventually([&] {
      const Reply reply = get(std::string("/api/v1/jobs/factorial-30000000/") + part);
      const int rest = std::atoi(reply.field("Retry-After").c_str());
      return reply.status == 409 && rest > 1 && rest <= 60;
    })) << part;
}

TEST_F(Jobs, ComeInBatches) {
  const Reply reply = post("/api/v1/jobs", R"([{"kind":"factorial","arguments":{"n":5}},
      {"kind":"nonsense","arguments":{}}, 7, {"kind":"factorial","arguments":{"n":"5"}},
      {"kind":"factorial","arguments":{"n":"007"}}, {"kind":"factorial","arguments":{"n":6}}])");
  EXPECT_EQ(reply.status, 200);
  const json::array items = reply.json().as_object().at("items").as_array();
  ASSERT_EQ(items.size(), 6u);
  const int expected[] = {202, 404, 400, 202, 400, 202};
  for (std::size_t i = 0; i < items.size(); i++) {
    const json::object& item = items[i].as_object();
    EXPECT_EQ(item.at("status").as_int64(), expected[i]) << i;
    EXPECT_EQ(item.contains("problem"), expected[i] >= 400) << i;
  }
  EXPECT_EQ(items[0].as_object().at("job").as_object().at("id"), items[3].as_object().at("job").as_object().at("id"));
  EXPECT_EQ(jobs(), 2) << "what came twice is one job";
  EXPECT_EQ(problem(post("/api/v1/jobs", "[]")), "invalid_request");

  std::string thousand = "[";
  for (int n = 1; n <= 1000; n++) thousand += R"({"kind":"factorial","arguments":{"n":)" + std::to_string(n) + "}},";
  EXPECT_EQ(problem(post("/api/v1/jobs", thousand + R"({"kind":"factorial","arguments":{"n":1}}])")),
            "invalid_request");
  thousand.back() = ']';
  EXPECT_EQ(post("/api/v1/jobs", thousand).json().as_object().at("items").as_array().size(), 1000u);
}

TEST_F(LongJobs, CanBeGivenUp) {
  const auto cancel = [this](const char* job) {
    return ask(address(), {"DELETE", std::string("/api/v1/jobs/") + job, {}, {}});
  };
  EXPECT_EQ(problem(cancel("factorial-30000000")), "not_found");
  post("/api/v1/jobs", R"({"kind":"factorial","arguments":{"n":30000000}})");
  const Reply cancelled = cancel("factorial-30000000");
  EXPECT_EQ(cancelled.status, 200);
  EXPECT_EQ(cancelled.json().as_object().at("state").as_string(), "cancelled");
  EXPECT_TRUE(cancelled.json().as_object().at("progress").is_null()) << "though its worker may still be stopping";
  EXPECT_EQ(problem(get("/api/v1/jobs/factorial-30000000/digits")), "job_cancelled");
  compute("30");
  EXPECT_EQ(cancel("factorial-30").json().as_object().at("state").as_string(), "done") << "it cannot be undone";
}

TEST_F(Jobs, HaveCertificates) {
  compute("1000");
  const json::object certificate = get("/api/v1/jobs/factorial-1000/certificate").json().as_object();
  EXPECT_EQ(certificate.at("sha256").as_string(), "cc336cf135d690c1105664b3b859db66b940db51cd66cf891fee120584cf7873");
  EXPECT_GE(certificate.at("residues").as_array().size(), 2u);
  EXPECT_EQ(problem(get("/api/v1/jobs/factorial-1001/certificate")), "not_found");
}

TEST_F(Jobs, CanBeEstimated) {
  const json::object estimate = get("/api/v1/estimate?kind=factorial&n=1000").json().as_object();
  EXPECT_EQ(estimate.at("digits").as_int64(), 2568);
  EXPECT_EQ(estimate.at("accepted").as_bool(), true);
  const json::object beyond = get("/api/v1/estimate?kind=factorial&n=30000000000000").json().as_object();
  EXPECT_EQ(beyond.at("accepted").as_bool(), false);
  EXPECT_FALSE(beyond.at("reason").as_string().empty());
  EXPECT_EQ(problem(get("/api/v1/estimate")), "invalid_request");
  EXPECT_EQ(problem(get("/api/v1/estimate?kind=factorial")), "invalid_argument");
  EXPECT_EQ(problem(get("/api/v1/estimate?kind=factorial&n=x")), "invalid_argument");
  EXPECT_EQ(problem(get("/api/v1/estimate?kind=nonsense&n=1")), "unknown_kind");
  EXPECT_EQ(jobs(), 0);
}

TEST_F(Jobs, KindsShowTheirParametersAndSamples) {
  const json::array items = get("/api/v1/kinds").json().as_object().at("items").as_array();
  ASSERT_FALSE(items.empty());
  const json::object& factorial = items[0].as_object();
  EXPECT_EQ(factorial.at("name").as_string(), "factorial");
  EXPECT_EQ(factorial.at("parameters").as_array()[0].as_object().at("name").as_string(), "n");
  EXPECT_FALSE(factorial.at("samples").as_array().empty());
}

}  // namespace
}  // namespace decima::end_to_end
