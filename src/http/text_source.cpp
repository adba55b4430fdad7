#include "http/text_source.hpp"

#include <algorithm>

namespace decima::http {

TextSource::TextSource(core::Service& service, core::Job job, core::CheckedText text, std::vector<Part> parts)
    : service_(service), job_(std::move(job)), text_(std::move(text)) {
  for (Part& part : parts) {
    const std::uint64_t begin = total_;
    total_ += part.before.size() + part.range.count;
    parts_.push_back({std::move(part), begin, total_});
  }
}

const TextSource::Placed& TextSource::part_here() const {
  return *std::ranges::upper_bound(parts_, position_, {}, &Placed::end);
}

Result<std::string> TextSource::next(std::string room) {
  if (position_ == total_) return std::string();
  const auto& [part, begin, end] = part_here();
  const std::uint64_t within = position_ - begin, before = part.before.size();
  std::string piece = within < before ? part.before.substr(within) : std::string();
  if (part.range.count > 0) {
    const std::uint64_t from = part.range.first + (std::max(within, before) - before);
    auto block = text_.block(from / core::block_bytes, std::move(room));
    if (!block) {
      if (block.error().code == Code::corrupt) service_.damaged(job_);
      return block.error();
    }
    const std::size_t start = from % core::block_bytes;
    const auto count = static_cast<std::size_t>(
        std::min<std::uint64_t>(part.range.first + part.range.count - from, block->size() - start));
    if (piece.empty() && count == block->size())
      piece = std::move(*block);
    else
      piece.append(*block, start, count);
  }
  position_ += piece.size();
  return piece;
}

bool TextSource::take_back(std::size_t count) {
  position_ -= count;
  return true;
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
  auto first = source->next({});
  if (!first) return first.error();
  response.first = std::move(*first);
  response.source = std::move(source);
  return Done{};
}

Result<> add_digits(Response& response, core::Service& service, const core::Job& job, std::uint64_t inline_bytes) {
  return add_parts(response, service, job, {{"", {0, job.stored->bytes}}}, inline_bytes);
}

}  // namespace decima::http
