#pragma once
#include <memory>
#include <string>

#include "base/result.hpp"
#include "core/service.hpp"
#include "http/response.hpp"

namespace decima::http {

/// A finished job's digits, block by block. Every block is checked before it leaves here; one that is damaged is
/// reported to the service, which has it computed again.
class TextSource final : public BodySource {
 public:
  TextSource(core::Service& service, core::Job job, core::CheckedText text)
      : service_(service), job_(std::move(job)), text_(std::move(text)), remaining_(text_.bytes()) {}

  std::uint64_t remaining() const override { return remaining_; }
  Result<std::string> next() override;

 private:
  core::Service& service_;
  core::Job job_;
  core::CheckedText text_;
  std::size_t block_ = 0;
  std::uint64_t remaining_;
};

/// Appends a finished job's digits to a response's body: whole when they are short, else its first block and a source
/// for the rest, so that damage at the beginning is still an error and not a short body. May block.
Result<> append_digits(Response& response, core::Service& service, const core::Job& job, std::uint64_t inline_bytes);

}  // namespace decima::http
