#include "http/text_source.hpp"

#include <algorithm>

namespace decima::http {

TextSource::TextSource(core::Service& service, core::Job job, core::CheckedText text, std::vector<Part> parts)
    : service_(service), job_(std::move(job)), text_(std::move(text)), parts_(std::move(parts)) {
  for (const Part& part : parts_) remaining_ += part.before.size() + part.range.count;
}

Result<std::string> TextSource::next() {
  if (part_ == parts_.size()) return std::string();
  Part& part = parts_[part_];
  std::string piece = std::move(part.before);
  part.before.clear();
  if (part.range.count > 0) {
    auto block = text_.block(part.range.first / core::block_bytes);
    if (!block) {
      if (block.error().code == Code::corrupt) service_.damaged(job_);
      return block.error();
    }
    const std::size_t start = part.range.first % core::block_bytes;
    const std::size_t count = std::min<std::uint64_t>(part.range.count, block->size() - start);
    if (piece.empty() && count == block->size())
      piece = std::move(*block);
    else
      piece.append(*block, start, count);
    part.range.first += count;
    part.range.count -= count;
  }
  if (part.range.count == 0) part_++;
  remaining_ -= piece.size();
  return piece;
}

Result<> add_parts(Response& response, core::Service& service, const core::Job& job,
                   std::vector<TextSource::Part> parts, std::uint64_t inline_bytes) {
  if (job.stored->bytes <= inline_bytes) {
    const auto text = service.text(job);
    if (!text) return text.error();
    for (const auto& [before, range] : parts) response.prefix.append(before).append(**text, range.first, range.count);
    return Done{};
  }
  auto opened = service.open_text(job);
  if (!opened) return opened.error();
  auto source = std::make_unique<TextSource>(service, job, std::move(*opened), std::move(parts));
  auto first = source->next();
  if (!first) return first.error();
  if (response.prefix.empty())
    response.prefix = std::move(*first);
  else
    response.prefix.append(*first);
  if (source->remaining() > 0u) response.source = std::move(source);
  return Done{};
}

Result<> add_digits(Response& response, core::Service& service, const core::Job& job, std::uint64_t inline_bytes) {
  return add_parts(response, service, job, {{"", {0, job.stored->bytes}}}, inline_bytes);
}

}  // namespace decima::http
