#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "http/response.hpp"

namespace decima::http {

/// What another source gives, as a gzip stream. `before` comes first.
class GzipSource final : public BodySource {
 public:
  GzipSource(std::string before, std::unique_ptr<BodySource> plain);
  ~GzipSource() override;

  std::optional<std::uint64_t> remaining() const override { return std::nullopt; }
  Result<std::string> next(std::string room) override;
  /// False always: what was packed cannot be packed again.
  bool take_back(std::size_t count) override;

 private:
  struct Stream;
  void deflate(std::string_view step, std::string& packed);

  std::string piece_;                  // plain
  std::size_t packed_ = 0;             // so much of it
  std::unique_ptr<BodySource> plain_;  // nullptr when it has given all
  std::unique_ptr<Stream> stream_;
};

}  // namespace decima::http
