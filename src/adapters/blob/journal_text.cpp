#include "adapters/blob/journal_text.hpp"

#include <algorithm>
#include <optional>

#include "base/sha256.hpp"

namespace decima::adapters {
namespace {

constexpr std::size_t number_bytes = 8;

void add_number(std::string& text, std::uint64_t number) {
  for (std::size_t i = 0; i < number_bytes; i++) text += static_cast<char>(number >> 8 * i);
}

/// Takes numbers and pieces off the front of a text; nothing once it is too short.
class Front {
 public:
  explicit Front(std::string_view text) : rest_(text) {}

  bool empty() const { return rest_.empty(); }

  std::optional<std::string_view> piece(std::uint64_t size) {
    if (size > rest_.size()) return std::nullopt;
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::optional<std::uint64_t> number() {
    const auto bytes = piece(number_bytes);
    if (!bytes) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = number_bytes; i-- > 0;) value = value << 8 | static_cast<unsigned char>((*bytes)[i]);
    return value;
  }

  /// A piece after its length.
  std::optional<std::string_view> counted() {
    const auto size = number();
    return size ? piece(*size) : std::nullopt;
  }

 private:
  std::string_view rest_;
};

std::string_view bytes_of(const Sha256& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

Result<> read_note(std::string_view note, const SeeEntry& see) {
  for (Front front(note); !front.empty();) {
    const auto what = front.piece(1), key = front.counted(), other = front.counted();
    if (!what || !key || !other) return Error{Code::corrupt, "a note of the blobs' journal has a hash and no sense"};
    if (auto seen = see(static_cast<Told>(what->front()), *key, *other); !seen) return seen;
  }
  return Done{};
}

}  // namespace

void tell(std::string& note, Told what, std::string_view key, std::string_view other) {
  note += static_cast<char>(what);
  add_number(note, key.size());
  note += key;
  add_number(note, other.size());
  note += other;
}

std::string framed(std::string_view note) {
  std::string frame;
  frame.reserve(number_bytes + sizeof(Sha256) + note.size());
  add_number(frame, note.size());
  frame += bytes_of(sha256(note));
  frame += note;
  return frame;
}

Result<> read_notes(std::string_view file, const SeeEntry& see) {
  for (Front front(file);;) {
    const auto size = front.number();
    const auto hash = front.piece(sizeof(Sha256));
    const auto note = size && hash ? front.piece(*size) : std::nullopt;
    if (!note || bytes_of(sha256(*note)) != *hash) return Done{};
    if (auto read = read_note(*note, see); !read) return read;
  }
}

}  // namespace decima::adapters
