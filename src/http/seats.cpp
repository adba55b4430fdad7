#include "http/seats.hpp"

namespace decima::http {

std::optional<Seats::Seat> Seats::take(const Address& client) {
  const Address key = client_key(client);
  const std::lock_guard lock(mutex_);
  std::size_t& count = taken_[key];
  if (count >= most_) return std::nullopt;  // and so not new: `most` is at least one
  count++;
  return Seat(*this, key);
}

std::size_t Seats::clients() const {
  const std::lock_guard lock(mutex_);
  return taken_.size();
}

void Seats::leave(const Address& client) {
  const std::lock_guard lock(mutex_);
  const auto found = taken_.find(client);
  if (--found->second == 0) taken_.erase(found);
}

}  // namespace decima::http
