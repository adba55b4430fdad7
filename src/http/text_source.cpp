#include "http/text_source.hpp"

namespace decima::http {

Result<std::string> TextSource::next() {
  auto block = text_.block(block_);
  if (!block) {
    if (block.error().code == Code::corrupt) service_.damaged(job_);
    return block;
  }
  block_++;
  remaining_ -= block->size();
  return block;
}

Result<> append_digits(Response& response, core::Service& service, const core::Job& job, std::uint64_t inline_bytes) {
  if (job.stored->bytes <= inline_bytes) {
    auto text = service.text(job);
    if (!text) return text.error();
    response.text = std::move(*text);
    return Done{};
  }
  auto opened = service.open_text(job);
  if (!opened) return opened.error();
  auto source = std::make_unique<TextSource>(service, job, std::move(*opened));
  auto first = source->next();
  if (!first) return first.error();
  response.prefix.append(*first);
  if (source->remaining() > 0) response.source = std::move(source);
  return Done{};
}

}  // namespace decima::http
