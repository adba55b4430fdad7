#pragma once
#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "http/address.hpp"

namespace decima::http {

/// How many connections each client has, so that none takes all there are. Outlives the seats it gives.
class Seats {
 public:
  explicit Seats(std::size_t most) : most_(most) {}

  /// One connection's place; given back when it ends.
  class Seat {
   public:
    Seat() = default;
    Seat(Seats& seats, const Address& client) : seats_(&seats), client_(client) {}
    Seat(Seat&& other) noexcept : seats_(std::exchange(other.seats_, nullptr)), client_(other.client_) {}
    Seat& operator=(Seat&&) = delete;
    ~Seat() {
      if (seats_) seats_->leave(client_);
    }

   private:
    Seats* seats_ = nullptr;
    Address client_;
  };

  /// Nothing when the client has as many as it may.
  std::optional<Seat> take(const Address& client);
  std::size_t clients() const;

 private:
  void leave(const Address& client);

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::unordered_map<Address, std::size_t, AddressHash> taken_;
};

}  // namespace decima::http
