#include "app/instance/daemon_history.hpp"

#include "actors/host/expendable_thread.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/storage_writer/read_events_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "actors/stress_scorer/stress_scorer.hpp"
#include "actors/supervision/log.hpp"
#include "app/patterns/read_patterns.hpp"
#include "messages/fingerprint.hpp"
#include "messages/time.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace pmactor {
namespace {

constexpr std::string_view component = "daemon";

/// @returns what is read; a default if it cannot be read, or not soon.
template <class T>
T recalled(const places& where, T (*read)(const std::filesystem::path& file)) {
  constexpr std::chrono::milliseconds patience{500};
  const auto found = std::make_shared<std::promise<T>>();
  auto answer = found->get_future();
  try {
    start_expendable("pm-recall", [file = where.database(), found, read] {
      T result{};
      try {
        result = read(file);
      } catch (const std::exception&) { // the STORAGE WRITER meets it as well, and says so
      }
      found->set_value(std::move(result));
    });
  } catch (const std::system_error&) { // no thread to be had
    return {};
  }
  return answer.wait_for(patience) == std::future_status::ready ? answer.get() : T{};
}

std::string read_baseline(const std::filesystem::path& file) {
  return history_reader{file}.recall(std::string{io_baseline_key}).value_or("");
}

habit_counts read_habits(const std::filesystem::path& file) {
  constexpr double month = 30 * 86400;
  event_reader events{file};
  auto past = read_past_events(events, to_seconds(read_clocks().wall) - month, std::nullopt);
  std::sort(past.begin(), past.end(),
            [](const past_event& a, const past_event& b) { return a.at < b.at; });
  habit_counts result;
  for (const auto& x : past)
    result.remember(fingerprint_of(x.traits), std::chrono::nanoseconds{std::llround(x.at * 1e9)});
  return result;
}

} // namespace

history_place history_of(const places& where) {
  const auto self = own_identity();
  return {where.database(),
          self.boot_id + '.' + std::to_string(self.pid) + '.' + std::to_string(self.start)};
}

std::string recall_baseline(const places& where) {
  return recalled(where, read_baseline);
}

habit_counts recall_habits(const places& where) {
  return recalled(where, read_habits);
}

bool keep_for_next_run(const history_place& place, const std::vector<history_row>& rows) {
  if (rows.empty())
    return true;
  const auto count = std::to_string(rows.size()) + (rows.size() == 1 ? " row" : " rows");
  std::string why;
  try {
    history database{place, damaged_file::refuse};
    database.store(rows); // what was stored and not acknowledged any more is skipped
    database.end();
    return true;
  } catch (const std::exception& e) {
    why = e.what();
  }
  try {
    keep_unstored(place, rows);
    log_line(log_level::warning, component, "rows-kept",
             count + " could not be stored before the end, and are kept for the next run. " + why);
    return true;
  } catch (const std::exception& e) {
    log_line(log_level::error, component, "rows-lost",
             count + " could neither be stored nor kept before the end, and are lost. " + why + ' '
               + e.what());
    return false;
  }
}

} // namespace pmactor
