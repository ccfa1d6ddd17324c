// Decides what an incident is: the lines of a log about one device within a short time. It is
// reported once, when what follows the first line has been seen as well, and amended as more lines
// come. Pure; bounded, whatever is logged.
#pragma once

#include "actors/kernel_log/kernel_log_policy.hpp"
#include "messages/match_incident.hpp"
#include "messages/pause.hpp"
#include "messages/remark.hpp"
#include "messages/time.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// A line with when it was logged.
struct logged_line {
  incident_line is;
  clock_sample at;
  std::string text;   ///< As it was logged. Foreign bytes.
  std::string source; ///< "kernel", "systemd-oomd".
};

/// What is to be reported of an incident.
struct incident_report {
  pause_news news; ///< An event of kind incident, or an amendment of one.
  bool is_new = false;
  std::string title; ///< Half a sentence. Foreign bytes.
  std::string line;  ///< The log's own. Foreign bytes.
  clock_sample began, ended;

  /// @returns what it is to an event that it overlaps. @pre It is new.
  remark as_remark() const;
};

class incident_groups {
public:
  void add(const logged_line& x, const kernel_log_policy& policy);

  /// @returns what is to be reported by now.
  std::vector<incident_report> look(const clock_sample& now, const kernel_log_policy& policy);

  std::uint64_t suppressed() const { ///< Incidents that were only counted, as there were too many.
    return suppressed_;
  }

  static constexpr std::size_t most_open = 32;
  static constexpr std::size_t most_processes = 8;

private:
  struct group {
    incident_kind kind = incident_kind::kernel;
    std::string device;
    incident_line heaviest;
    std::string line, last_line, source;
    std::vector<std::string> processes; ///< "firefox (1234)", each once.
    std::optional<std::int64_t> pid;    ///< Of the first.
    clock_sample began, ended;
    std::uint64_t count = 0;    ///< Lines that say something by themselves.
    std::uint64_t reported = 0; ///< Of them; 0 if it was not reported yet.
    clock_sample reported_at;
    bool is_suppressed = false;
    event_id id;
  };

  group* find(const logged_line& x, const kernel_log_policy& policy);
  pause_event report(group& x);
  static std::string title_of(const group& x);
  static event_amendment amend(const group& x);

  std::deque<group> groups_; ///< The oldest first.
  std::deque<std::chrono::nanoseconds>
    reported_; ///< When, within the last hour, on the awake clock.
  std::uint64_t suppressed_ = 0;
};

/// @returns how long after its last line an incident of this kind may go on.
std::chrono::nanoseconds join_within(incident_kind x, const kernel_log_policy& policy);

} // namespace pmactor
