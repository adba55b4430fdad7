#include "http/gzip_source.hpp"

#include <zlib.h>

#include <new>

namespace decima::http {

namespace {
/// What is packed at once, and room for what becomes of it: pieces are short, for they cannot be made anew for a client
/// that does not take them.
constexpr std::size_t packing_step = 64 << 10;
constexpr uInt packing_room = 40 << 10;
}  // namespace

struct GzipSource::Stream {
  z_stream z{};

  /// Digits repeat nothing, so looking for repetitions would only cost time: their ten letters are what can be packed.
  /// So it needs no window to look back through, and 40 KiB are enough for all of it.
  Stream() {
    constexpr int gzip_header = 16;
    constexpr int smallest_window = 9;
    constexpr int memory_level = 6;
    if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, smallest_window + gzip_header, memory_level, Z_HUFFMAN_ONLY) != Z_OK)
      throw std::bad_alloc();
  }
  ~Stream() { deflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
};

GzipSource::GzipSource(std::string before, std::unique_ptr<BodySource> plain)
    : piece_(std::move(before)), plain_(std::move(plain)), stream_(std::make_unique<Stream>()) {}

GzipSource::~GzipSource() = default;

Result<std::string> GzipSource::next(std::string room) {
  std::string packed = std::move(room);
  packed.clear();
  while (packed.empty() && stream_) {
    if (packed_ == piece_.size() && plain_) {
      auto given = plain_->next(std::move(piece_));
      if (!given) return given;
      piece_ = std::move(*given);
      packed_ = 0;
    }
    const std::string_view step = std::string_view(piece_).substr(packed_, packing_step);
    packed_ += step.size();
    deflate(step, packed);
    if (step.empty()) stream_.reset();
  }
  return packed;
}

bool GzipSource::take_back(std::size_t) {
  if (!plain_ || !plain_->take_back(piece_.size() - packed_)) return false;
  std::string().swap(piece_);
  packed_ = 0;
  return false;
}

void GzipSource::deflate(std::string_view step, std::string& packed) {
  z_stream& z = stream_->z;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(step.data()));
  z.avail_in = static_cast<uInt>(step.size());
  do {
    const std::size_t filled = packed.size();
    packed.resize(filled + packing_room);
    z.next_out = reinterpret_cast<Bytef*>(packed.data() + filled);
    z.avail_out = packing_room;
    ::deflate(&z, step.empty() ? Z_FINISH : Z_NO_FLUSH);
    packed.resize(packed.size() - z.avail_out);
  } while (z.avail_out == 0);
}

}  // namespace decima::http
