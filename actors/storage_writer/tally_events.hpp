// Counts events by what they are, for metrics: totals that only ever grow, whatever the retention removes and
// whatever becomes known of an event later. Pure.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pmactor {

/// What of an event is counted. Texts are as foreign as the database.
struct tallied_event {
  std::int64_t id = 0; ///< The short number.
  std::optional<std::int64_t> event_id;
  std::string kind, cause, scope; ///< As stored.
  std::string detail; ///< Of a stall its resource, of an outage its verdict; else empty.
  std::optional<double> started, ended; ///< Unix seconds.
  std::optional<double> duration;       ///< Seconds.
  bool lasts = false;
  friend bool operator==(const tallied_event&, const tallied_event&) = default;
};

/// @returns whether nothing that is counted will change any more: it is over, and the second witness has spoken or
/// is given up.
/// @param now Unix seconds.
bool is_settled(const tallied_event& x, double now);

/// What is counted together.
struct event_class {
  std::string kind, cause, scope, detail;
  friend auto operator<=>(const event_class&, const event_class&) = default;
};

/// The upper edges of the durations, in seconds; the last bucket has none.
inline constexpr std::array<double, 8> duration_edges = {0.5, 1, 2, 5, 10, 30, 60, 300};

struct event_total {
  /// How many lasted for at most this edge and longer than the one before.
  std::array<std::uint64_t, duration_edges.size() + 1> counts{};
  double seconds = 0; ///< Of all of them.
  struct example {
    std::int64_t event_id = 0;
    double duration = 0, ended = 0;
    friend bool operator==(const example&, const example&) = default;
  };
  std::array<std::optional<example>, duration_edges.size() + 1> newest{}; ///< Of each bucket.
  std::uint64_t count() const;
  friend bool operator==(const event_total&, const event_total&) = default;
};

/// Bounded: beyond most_event_classes a further class is counted under "other".
using event_totals = std::map<event_class, event_total>;
inline constexpr std::size_t most_event_classes = 256;

void count_event(event_totals& totals, const tallied_event& x);

/// The newest event of a kind, whether it is settled or not.
struct newest_event {
  double at = 0; ///< Its end, or its begin while it lasts; Unix seconds.
  std::optional<double> duration;
};

/// All that metrics say of events.
struct event_tally {
  event_totals totals;             ///< Of what is settled.
  std::vector<tallied_event> lasting; ///< Bounded.
  std::map<std::string, newest_event> newest; ///< By kind.
};

/// Takes events in the order of their ids and keeps what was settled for good.
class event_counter {
public:
  event_counter() = default;
  /// @param removed what was counted and then removed.
  explicit event_counter(event_totals removed) : settled_(std::move(removed)) {
  }
  /// Ids up to this one need not be shown again.
  std::int64_t settled_through() const {
    return through_;
  }
  /// @param rows all events above settled_through(), by ascending id.
  event_tally take(const std::vector<tallied_event>& rows, double now);

private:
  event_totals settled_;
  std::map<std::string, newest_event> newest_;
  std::int64_t through_ = 0;
};

/// The form in which totals of removed events are kept: a line a class. Without examples.
std::string to_text(const event_totals& x);
/// Lines that are none are left out.
event_totals parse_event_totals(std::string_view text);

/// The key of `daemon_state` under which they are kept.
inline constexpr std::string_view removed_totals_key = "removed-event-totals";

} // namespace pmactor
