// Every kind from outside, and the example that checks certificates without any of our code.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <fstream>

#include "serving.hpp"

namespace decima::end_to_end {
namespace {

namespace json = boost::json;

class Kinds : public ServingTest {
 protected:
  /// Asks for the job and waits for its digits.
  std::string digits(const json::value& kind, const json::value& arguments) const {
    const json::object body{{"kind", kind}, {"arguments", arguments}};
    const Reply accepted = post("/api/v1/jobs", json::serialize(body));
    return get_until(200, accepted.field("Location") + "/digits").body;
  }

  std::string write(const std::string& name, const std::string& text) const {
    std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  /// How the example ends for this certificate and these digits.
  int checked(const std::string& certificate, const std::string& digits) const {
    const std::string script = std::string(DECIMA_SOURCE_DIR) + "/examples/check_certificate.py";
    const std::string command = "python3 '" + script + "' '" + write("certificate", certificate) + "' '" +
                                write("digits", digits) + "' >>'" + (folder_ / "out").string() + "' 2>&1";
    return std::system(command.c_str());
  }
};

TEST_F(Kinds, GiveTheirSamples) {
  const json::value kinds = get("/api/v1/kinds").json();
  for (const json::value& kind : kinds.at("items").as_array())
    for (const json::value& sample : kind.at("samples").as_array()) {
      if (!sample.as_object().contains("digits")) continue;
      EXPECT_EQ(digits(kind.at("name"), sample.at("arguments")), sample.at("digits").as_string())
          << json::serialize(sample);
    }
}

TEST_F(Kinds, OfSeveralArgumentsAreAskedForByName) {
  EXPECT_EQ(digits("power", {{"b", 10}, {"a", "2"}}), "1024");
  EXPECT_EQ(get("/api/v1/jobs/power-2-10").json().at("arguments"), (json::value{{"a", 2}, {"b", 10}}));
  EXPECT_EQ(post("/api/v1/jobs", R"({"kind":"power","arguments":{"a":2}})").status, 400);
  EXPECT_EQ(get("/api/v1/estimate?kind=power&a=2&b=100").json().at("digits").as_int64(), 31);
}

TEST_F(Kinds, OfASymmetryHaveOneJobForBothSides) {
  const Reply accepted = post("/api/v1/jobs", R"({"kind":"binomial","arguments":{"n":10,"k":7}})");
  EXPECT_EQ(accepted.field("Location"), "/api/v1/jobs/binomial-10-3");
  EXPECT_EQ(get_until(200, "/api/v1/jobs/binomial-10-7/digits").body, "120");
  EXPECT_EQ(get("/api/v1/jobs/binomial-10-7").json().at("id").as_string(), "binomial-10-3");
  EXPECT_EQ(get("/api/v1/jobs/binomial-10-7/certificate").status, 200);
  EXPECT_EQ(jobs(), 1);
}

// Only Python's standard library and the words of the documents are between the service and this judge.
TEST_F(Kinds, HaveCertificatesThatAStrangerCanCheck) {
  const std::pair<const char*, json::value> cases[] = {{"factorial", {{"n", 3000}}},
                                                       {"fibonacci", {{"n", 30'000}}},
                                                       {"lucas", {{"n", 4'001}}},
                                                       {"primorial", {{"n", 10'000}}},
                                                       {"subfactorial", {{"n", 999}}},
                                                       {"double_factorial", {{"n", 1'001}}},
                                                       {"binomial", {{"n", 5'000}, {"k", 9}}},
                                                       {"catalan", {{"n", 1'000}}},
                                                       {"power", {{"a", 7}, {"b", 5'000}}},
                                                       {"mersenne", {{"p", 4'423}}},
                                                       {"power", {{"a", 3}, {"b", 4'600'000}}}};
  for (const auto& [kind, arguments] : cases) {
    const std::string text = digits(kind, arguments);
    std::string path = "/api/v1/jobs/" + std::string(kind);
    for (const auto& [name, value] : arguments.as_object()) path += "-" + json::serialize(value);
    EXPECT_EQ(checked(get(path + "/certificate").body, text), 0) << path << program::read_file(folder_ / "out");
  }
}

TEST_F(Kinds, HaveCertificatesForNothingElse) {
  const std::string text = digits("power", {{"a", 7}, {"b", 20}});
  const json::object certificate = get("/api/v1/jobs/power-7-20/certificate").json().as_object();
  std::string flipped = text;
  flipped[flipped.size() / 2] ^= 1;
  EXPECT_NE(checked(json::serialize(certificate), flipped), 0);
  EXPECT_NE(checked(json::serialize(certificate), text.substr(0, text.size() - 1)), 0);
  json::object rooted = certificate;
  rooted.at("merkle_root") = std::string(64, '0');
  EXPECT_NE(checked(json::serialize(rooted), text), 0);
  json::object other = certificate;
  other.at("id") = "power-7-21";
  EXPECT_NE(checked(json::serialize(other), text), 0) << "of another number";
  json::object padded = certificate;
  padded.at("digits") = padded.at("bytes") = text.size() + 1;
  EXPECT_NE(checked(json::serialize(padded), "0" + text), 0);
  EXPECT_NE(program::read_file(folder_ / "out").find("begins with a zero"), std::string::npos)
      << "whatever its hashes and residues are";
  json::object fewer = certificate;
  fewer.at("residues").as_array().clear();
  EXPECT_NE(checked(json::serialize(fewer), text), 0) << "that checks nothing";
  const std::pair<const char*, json::value> changes[] = {{"bytes", text.size() + 1},
                                                         {"block_bytes", 0},
                                                         {"block_bytes", -1},
                                                         {"id", "power-7-020"},
                                                         {"id", "powers-7-20"}};
  for (const auto& [name, value] : changes) {
    json::object changed = certificate;
    changed.at(name) = value;
    EXPECT_NE(checked(json::serialize(changed), text), 0) << name << " " << json::serialize(value);
  }
  EXPECT_EQ(program::read_file(folder_ / "out").find("Traceback"), std::string::npos)
      << "it is refused in words: " << program::read_file(folder_ / "out");
  EXPECT_EQ(checked(json::serialize(certificate), text), 0);
}

}  // namespace
}  // namespace decima::end_to_end
