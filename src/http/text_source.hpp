#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/service.hpp"
#include "http/range.hpp"
#include "http/response.hpp"

namespace decima::http {

/// Parts of a finished job's digits, block by block, each with a text of its own before it. Every block is checked
/// before anything of it leaves here; one that is damaged is reported to the service, which has it computed again.
class TextSource final : public BodySource {
 public:
  struct Part {
    std::string before;
    ByteRange range;
  };

  TextSource(core::Service& service, core::Job job, core::CheckedText text, std::vector<Part> parts);

  std::optional<std::uint64_t> remaining() const override { return total_ - position_; }
  Result<std::string> next(std::string room) override;
  bool take_back(std::size_t count) override;

 private:
  struct Placed {
    Part part;
    std::uint64_t begin, end;  ///< in the whole of all parts
  };
  const Placed& part_here() const;

  core::Service& service_;
  core::Job job_;
  core::CheckedText text_;
  std::vector<Placed> parts_;
  std::uint64_t total_ = 0;
  std::uint64_t position_ = 0;
};

/// Gives a response these parts of a finished job's digits: at once when the whole text is short, else the first block
/// and a source for the rest, so that damage at the beginning is still an error and not a short body. May block.
Result<> add_parts(Response& response, core::Service& service, const core::Job& job,
                   std::vector<TextSource::Part> parts, std::uint64_t inline_bytes);

/// The same with all digits.
Result<> add_digits(Response& response, core::Service& service, const core::Job& job, std::uint64_t inline_bytes);

}  // namespace decima::http
