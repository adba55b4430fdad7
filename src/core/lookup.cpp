#include "core/lookup.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "core/verify.hpp"

namespace decima::core {
namespace {

/// Damaged blobs are kept for whoever wants to know what happened to them, out of the way of what is served.
std::string damaged_key(const Job& job) { return "damaged/" + job.identity.text() + "/" + std::to_string(job.fence); }

Error corrupt(const std::string& key, const char* what) {
  return {Code::corrupt, key + ": " + what + "; it is being computed again"};
}

}  // namespace

bool certified(const Identity& identity, const Stored& stored) {
  Certificate drawn{draw_moduli(identity, stored.sha256), {}};
  for (const std::string_view pair : split(stored.residues, ' '))
    drawn.residues.push_back(parse_number(pair.substr(std::min(pair.find(':') + 1, pair.size()))).value_or(0));
  return drawn.residues.size() == drawn.moduli.size() && drawn.text() == stored.residues;
}

bool CachePolicy::admits(const Identity& identity, std::uint64_t bytes) const {
  const auto first = parse_number(identity.arguments().front());
  return bytes <= longest_bytes && first && *first < below;
}

Result<CheckedText> CheckedText::open(const Ports& ports, const Job& job) {
  const Stored& stored = *job.stored;
  const std::string key = names(job.identity).blob_key;
  std::vector<Sha256> blocks = {stored.merkle_root};  // of a single block, the root is its hash
  if (stored.bytes > block_bytes) {
    auto found = ports.jobs.blocks(job.identity);
    if (!found) return found.error();
    blocks = std::move(*found);
  }
  const std::uint64_t expected = (stored.bytes + block_bytes - 1) / block_bytes;
  if (blocks.size() != expected || merkle_root(blocks) != stored.merkle_root)
    return corrupt(key, "its block hashes do not match their root");
  if (blocks.size() > 1 && !certified(job.identity, stored))
    return corrupt(key, "its SHA-256 is not the one that its certificate was drawn from");
  return CheckedText(ports, key, stored, std::move(blocks));
}

Result<std::string> CheckedText::block(std::size_t index, std::string room) const {
  const std::uint64_t start = std::uint64_t{index} * block_bytes;
  std::string bytes = std::move(room);
  bytes.resize(std::min<std::uint64_t>(block_bytes, stored_.bytes - start));
  const auto got = blobs_->read(key_, start, bytes);
  if (!got && got.error().code == Code::not_found) return corrupt(key_, "the stored digits are gone");
  if (!got) return got.error();
  if (*got != bytes.size() || block_hash(bytes) != blocks_[index]) return corrupt(key_, "a stored block is damaged");
  if (blocks_.size() == 1 && sha256(bytes) != stored_.sha256) return corrupt(key_, "its SHA-256 is another's");
  return bytes;
}

Result<> CheckedText::end() const {
  const auto size = blobs_->size(key_);
  if (!size && size.error().code == Code::not_found) return corrupt(key_, "the stored digits are gone");
  if (!size) return size.error();
  return *size == stored_.bytes ? Result<>(Done{}) : corrupt(key_, "it is longer than it was");
}

Result<CachedText> whole_text(const Ports& ports, const Job& job, const CachePolicy& policy) {
  const std::string cache_key = names(job.identity).cache_key;
  const bool cacheable = policy.admits(job.identity, job.stored->bytes);
  if (cacheable)
    if (CachedText cached = ports.cache.get(cache_key)) return cached;
  const auto stored = CheckedText::open(ports, job);
  if (!stored) return stored.error();
  std::string text;
  text.reserve(stored->bytes());
  for (std::size_t i = 0; i < stored->block_count(); i++) {
    const auto block = stored->block(i);
    if (!block) return block.error();
    text += *block;
  }
  auto shared = std::make_shared<const std::string>(std::move(text));
  if (cacheable) ports.cache.put(cache_key, shared);
  return CachedText(std::move(shared));
}

Result<> set_aside(const Ports& ports, const Job& job) {
  const Names named = names(job.identity);
  log::error("result.damaged", {{"job", job.identity.text()}, {"blob", named.blob_key}});
  // The blob first, so that it is not the next result that is moved. A crash before the row follows leaves a row whose
  // blob is gone, which the next reader finds and brings here again.
  ports.cache.forget(named.cache_key);
  if (auto moved = ports.blobs.promote(named.blob_key, damaged_key(job));
      !moved && moved.error().code != Code::not_found)
    log::warn("result.damaged_not_moved", {{"blob", named.blob_key}, {"error", moved.error().message()}});
  return ports.jobs.recompute(job.identity, job.stored->sha256);
}

}  // namespace decima::core
