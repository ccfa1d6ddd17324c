// What the live view knows, as plain values: the curves around a moment, the processes then, the
// events, and how the daemon is. Filled by load_top.hpp, drawn by lay_out_top.hpp.
#pragma once

#include "app/top/find_pending.hpp"
#include "app/top/summarize_columns.hpp"
#include "app/top/top_state.hpp"
#include "messages/sample.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// A process, and what is known of it beside its sample.
struct top_process {
  process_sample sample;
  std::string unit; ///< Its unit or control group; empty if that is not known. Foreign bytes.
  double harm = 0;  ///< See rank_harm().
  bool is_suspected = false; ///< By an event of that moment.
};

/// An actor of the daemon.
struct top_actor {
  std::string name, state, note; ///< Foreign bytes.
  bool is_degraded = false;
};

/// How the daemon is right now.
struct top_daemon {
  bool is_running = false;
  bool is_held_up = false; ///< Its process is there, and stopped or stuck.
  std::optional<double> last_sign; ///< Of life, in Unix seconds; if it does not get on.
  std::string word;     ///< "healthy", "not running"
  std::string sentence; ///< Foreign bytes.
  std::vector<top_actor> actors;
};

struct top_page {
  double step = 1; ///< Of the columns.
  std::shared_ptr<const time_columns> columns = std::make_shared<time_columns>();
  std::int64_t known_from = 0, known_to = -1; ///< The columns that were looked for.
  std::vector<column_range> pending; ///< Recorded if the daemon runs, and the figures are yet to come.
  std::optional<sample_row> sample; ///< The last one up to the moment, if it is of that time; live the newest of all.
  std::optional<double> moment; ///< Unix seconds: of which sample and processes are; absent: of the present.
  std::vector<top_process> processes; ///< Of that sample or the one before it that had some.
  std::optional<double> processes_at; ///< When they were seen; Unix seconds.
  bool has_other_processes = false; ///< They are not of the sample whose figures are shown, so their time is to be said.
  std::shared_ptr<const std::vector<top_event>> events = std::make_shared<std::vector<top_event>>();
  top_daemon daemon;
  double oldest = 0;                  ///< Of what is stored; Unix seconds; 0 if nothing is.
  std::string trouble;                ///< Why the history cannot be read; empty if it can.
  std::optional<std::int64_t> opened; ///< The event of which these are the lines:
  std::shared_ptr<const std::vector<std::string>> lines =
    std::make_shared<std::vector<std::string>>();
};

} // namespace pmactor
