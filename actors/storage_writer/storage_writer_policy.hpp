// All that the user may set of the STORAGE WRITER.
#pragma once

#include <chrono>
#include <cstddef>

namespace pmactor {

/// `[storage]` in the settings: retention, and how often what failed is tried again (back-off).
struct storage_writer_policy {
  std::chrono::nanoseconds keep_samples = std::chrono::days{30}; ///< Older ones are pruned; 0 keeps all.
  std::chrono::nanoseconds keep_events = std::chrono::days{90};  ///< Not those marked as pinned; 0 keeps all.
  std::chrono::nanoseconds prune_period = std::chrono::hours{24};
  std::chrono::nanoseconds prune_pause = std::chrono::milliseconds{200}; ///< Between two batches.
  std::chrono::nanoseconds prune_limit = std::chrono::milliseconds{5};   ///< What one batch may take.
  std::chrono::nanoseconds first_retry = std::chrono::milliseconds{100};
  std::chrono::nanoseconds last_retry = std::chrono::seconds{5}; ///< The longest between two attempts.
  /// Rows that wait for the database. Above what all senders together have on their way, as what is
  /// refused is lost; their outboxes hold what is beyond (actors/supervision/outbox_bounds.hpp).
  std::size_t max_waiting = 128;
  std::chrono::nanoseconds damage_remembered = std::chrono::hours{24}; ///< See damage_record.
  friend bool operator==(const storage_writer_policy&, const storage_writer_policy&) = default;
};

} // namespace pmactor
