// The CARRIER as the EXPORTER knows it: brings events and metrics to other systems on threads of
// its own, and says how it goes. It never makes its caller wait. Tests put a stand-in in its place.
#pragma once

#include "actors/exporter/exporter_policy.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace pmactor {

/// How it goes with one target.
struct export_report {
  std::string target; ///< "textfile", "journal", "otlp", "heartbeat"
  std::string cursor; ///< How far it has come, to be kept in the history; empty if that is of no concern.
  std::string says;   ///< For `inspect`: "17 events sent".
  std::string trouble; ///< What does not work, a sentence; empty if all is well.
  std::uint64_t errors = 0; ///< Attempts that failed since the report before.
  std::string setting{}; ///< The key of the setting whose target the trouble is; empty if it is of another kind.
  friend bool operator==(const export_report&, const export_report&) = default;
};
std::string to_string(const export_report& x);

class export_carrier {
public:
  export_carrier() = default;
  export_carrier(const export_carrier&) = delete;
  export_carrier& operator=(const export_carrier&) = delete;
  virtual ~export_carrier() = default;

  /// Says that an event is new or has changed. From any thread.
  virtual void wake() = 0;
};

/// @param report is called on the carrier's own threads, of which several may call at once, until
/// the carrier is gone; must not block.
/// @returns null if nothing is to be carried by this policy: then there is no thread, and nothing
/// wakes up.
using open_carrier = std::function<std::unique_ptr<export_carrier>(
  const exporter_policy& policy, std::function<void(const export_report&)> report)>;

/// The key of `daemon_state` for the cursor of a target.
std::string export_cursor_key(const std::string& target);

} // namespace pmactor
