#include "asking.hpp"

#include "stored.hpp"
#include "truth.hpp"

namespace decima::faults {
namespace {

namespace fs = std::filesystem;

std::string body_of(std::uint64_t n) { return R"({"kind":"factorial","arguments":{"n":)" + std::to_string(n) + "}}"; }

std::string batch_of(const std::vector<std::uint64_t>& numbers) {
  std::string batch;
  for (const std::uint64_t n : numbers) batch += (batch.empty() ? "[" : ",") + body_of(n);
  return batch + "]";
}

std::string path_of(std::uint64_t n) { return "/api/v1/jobs/factorial-" + std::to_string(n); }

}  // namespace

bool ask_for(const program::Server& server, std::uint64_t n) {
  return server.ask("/api/v1/jobs", body_of(n)).starts_with("HTTP/1.1 20");
}

bool ask_for(const program::Server& server, const std::vector<std::uint64_t>& numbers) {
  return server.ask("/api/v1/jobs", batch_of(numbers)).starts_with("HTTP/1.1 200");
}

bool all_done(const program::Server& server, const std::vector<std::uint64_t>& numbers) {
  const std::string answer = server.ask("/api/v1/jobs", batch_of(numbers)), done = R"("state":"done")";
  std::size_t count = 0;
  for (std::size_t at = answer.find(done); at != answer.npos; at = answer.find(done, at + done.size())) count++;
  return count == numbers.size();
}

std::string state_of(const program::Server& server, std::uint64_t n) {
  const std::string answer = server.ask(path_of(n));
  const std::string before = R"("state":")";
  const std::size_t at = answer.find(before);
  if (at == answer.npos) return answer;
  const std::size_t start = at + before.size();
  return answer.substr(start, answer.find('"', start) - start);
}

std::string digits_of(const program::Server& server, std::uint64_t n) {
  const std::string answer = server.ask(path_of(n) + "/digits");
  return answer.starts_with("HTTP/1.1 200") ? answer.substr(answer.find("\r\n\r\n") + 4) : answer;
}

std::vector<std::string> wrong_blobs(const fs::path& data) {
  const program::Stored stored(data);
  std::vector<std::string> wrong = stored.keys("factorials/");
  std::erase_if(wrong, [&](const std::string& key) {
    return stored.bytes(key) == factorial_by_gmp(std::stoull(key.substr(key.find('/') + 1)));
  });
  return wrong;
}

}  // namespace decima::faults
