#include "http/gzip_source.hpp"

#include <zlib.h>

#include <new>

namespace decima::http {

namespace {
constexpr uInt packing_step = 256 << 10;
}

struct GzipSource::Stream {
  z_stream z{};

  /// Digits repeat nothing, so looking for repetitions would only cost time: their ten letters are what can be packed.
  Stream() {
    constexpr int gzip_header = 16;
    constexpr int memory_level = 8;
    if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + gzip_header, memory_level, Z_HUFFMAN_ONLY) != Z_OK)
      throw std::bad_alloc();
  }
  ~Stream() { deflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
};

GzipSource::GzipSource(std::string before, std::unique_ptr<BodySource> plain)
    : before_(std::move(before)), plain_(std::move(plain)), stream_(std::make_unique<Stream>()) {}

GzipSource::~GzipSource() = default;

Result<std::string> GzipSource::next() {
  std::string packed;
  while (packed.empty() && stream_) {
    std::string piece = std::move(before_);
    before_.clear();
    if (piece.empty() && plain_) {
      auto given = plain_->next();
      if (!given) return given;
      piece = std::move(*given);
    }
    const bool last = piece.empty();
    packed = deflate(piece, last);
    if (last) stream_.reset();
  }
  return packed;
}

std::string GzipSource::deflate(const std::string& piece, bool last) {
  z_stream& z = stream_->z;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
  z.avail_in = static_cast<uInt>(piece.size());
  std::string packed;
  do {
    const std::size_t filled = packed.size();
    packed.resize(filled + packing_step);
    z.next_out = reinterpret_cast<Bytef*>(packed.data() + filled);
    z.avail_out = packing_step;
    ::deflate(&z, last ? Z_FINISH : Z_NO_FLUSH);
    packed.resize(packed.size() - z.avail_out);
  } while (z.avail_out == 0);
  return packed;
}

}  // namespace decima::http
