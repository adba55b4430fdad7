#pragma once
#include <memory>
#include <string>

#include "http/response.hpp"

namespace decima::http {

/// What another source gives, as a gzip stream. `before` comes first.
class GzipSource final : public BodySource {
 public:
  GzipSource(std::string before, std::unique_ptr<BodySource> plain);
  ~GzipSource() override;

  std::optional<std::uint64_t> remaining() const override { return std::nullopt; }
  Result<std::string> next() override;

 private:
  struct Stream;
  std::string deflate(const std::string& piece, bool last);

  std::string before_;
  std::unique_ptr<BodySource> plain_;  // nullptr when it has given all
  std::unique_ptr<Stream> stream_;
};

}  // namespace decima::http
