#include "app/trace/write_trace.hpp"

#include "app/views/event_values.hpp"
#include "app/views/outage_words.hpp"
#include "app/views/render_blame.hpp"
#include "messages/pause.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <ostream>
#include <utility>

namespace pmactor {
namespace {

using json = nlohmann::ordered_json;

/// The processes of the trace: rows of one heading. Not those of the machine, whose pids are in the arguments.
enum group : int { events_group = 1, cpus_group = 2, tasks_group = 3, machine_group = 4 };

struct counter_track {
  const char* name;
  sample_column column;
};
constexpr std::array<counter_track, 12> counters{{
  {"CPU busy, %", sample_column::cpu_pct},
  {"Load", sample_column::load_avg},
  {"Memory available, bytes", sample_column::mem_available},
  {"Disk read, bytes/s", sample_column::io_read},
  {"Disk written, bytes/s", sample_column::io_write},
  {"Pressure cpu some, %", sample_column::psi_cpu_some},
  {"Pressure memory some, %", sample_column::psi_mem_some},
  {"Pressure memory full, %", sample_column::psi_mem_full},
  {"Pressure io some, %", sample_column::psi_io_some},
  {"Pressure io full, %", sample_column::psi_io_full},
  {"Stress, points", sample_column::stress_total},
  {"CPU temperature, C", sample_column::cpu_temp},
}};

/// Writes one event of the trace after the other.
class trace_writer {
public:
  explicit trace_writer(std::ostream& out) : out_(out) {
  }

  void name_group(int pid, const char* name) {
    put({{"ph", "M"},
         {"cat", "__metadata"},
         {"pid", pid},
         {"tid", 0},
         {"name", "process_name"},
         {"args", {{"name", name}}}});
    put({{"ph", "M"},
         {"cat", "__metadata"},
         {"pid", pid},
         {"tid", 0},
         {"name", "process_sort_index"},
         {"args", {{"sort_index", pid}}}});
  }
  void name_row(int pid, std::int64_t tid, const std::string& name) {
    put({{"ph", "M"},
         {"cat", "__metadata"},
         {"pid", pid},
         {"tid", tid},
         {"name", "thread_name"},
         {"args", {{"name", name}}}});
    put({{"ph", "M"},
         {"cat", "__metadata"},
         {"pid", pid},
         {"tid", tid},
         {"name", "thread_sort_index"},
         {"args", {{"sort_index", tid}}}});
  }
  /// Times in microseconds.
  void slice(int pid, std::int64_t tid, const std::string& name, const char* category, double from, double length,
             json arguments = json::object()) {
    put({{"ph", "X"},
         {"pid", pid},
         {"tid", tid},
         {"ts", rounded(from)},
         {"dur", rounded(std::max(0.0, length))},
         {"name", name.empty() ? "(no name)" : name},
         {"cat", category},
         {"args", std::move(arguments)}});
  }
  void counter(int pid, const char* name, double at, double value) {
    put({{"ph", "C"},
         {"cat", "counter"},
         {"pid", pid},
         {"tid", 0},
         {"ts", rounded(at)},
         {"name", name},
         {"args", {{"value", value}}}});
  }

private:
  static double rounded(double x) {
    return std::round(x * 1000) / 1000;
  }
  void put(const json& x) {
    out_ << (is_first_ ? "\n" : ",\n") << x.dump(-1, ' ', false, json::error_handler_t::replace);
    is_first_ = false;
  }

  std::ostream& out_;
  bool is_first_ = true;
};

std::string event_title(const event_row& x) {
  if (x.kind == "stall")
    return stall_in_words(x);
  const auto cause = pause_cause_from(x.cause);
  const auto what = capitalised(kind_in_words(x)) + ' ' + std::to_string(x.id);
  return x.kind == "pause" && cause ? what + ": " + cause_in_words(*cause, confidence_of(x)) : what;
}

/// What is shown of an event where it is clicked on.
json event_arguments(const event_row& x) {
  json result = {{"id", x.id}, {"cause", x.cause}, {"confidence", x.confidence}, {"scope", x.scope}};
  if (const auto book = parsed(x.ledger); book.is_object() && !book.empty())
    result["ledger"] = book;
  for (const auto& line : blame_lines(parsed(x.blame)))
    result["blame"][line.who] = printed("%.1f %%", line.share * 100);
  return result;
}

class event_trace {
public:
  event_trace(std::ostream& out, const trace_facts& facts)
    : facts_(facts), blame_(parsed(facts.event.blame)),
      timeline_(blame_.is_object() && blame_.contains("timeline") ? blame_["timeline"] : json{}), out_(out) {
    begin_ = facts.event.started.value_or(0);
    if (!facts.seconds.empty())
      begin_ = std::min(begin_, facts.seconds.front()[sample_column::timestamp].value_or(begin_));
    if (const auto began = number_at(timeline_, "began"); began && std::abs(*began - begin_) < 86400)
      begin_ = std::min(begin_, *began);
  }

  /// Unix seconds of what the trace calls 0.
  double begin() const {
    return begin_;
  }

  void write() {
    write_events();
    write_cpus();
    write_counters();
  }

private:
  double micros(double unix_seconds) const {
    return (unix_seconds - begin_) * 1e6;
  }

  void write_event(std::int64_t row, const event_row& x) {
    const auto started = x.started.value_or(begin_);
    const auto length = (x.ended.value_or(started + x.duration.value_or(0)) - started) * 1e6;
    out_.slice(events_group, row, event_title(x), "pmactor", micros(started), length, event_arguments(x));
  }

  void write_events() {
    out_.name_group(events_group, "pmactor: events");
    out_.name_row(events_group, 1, facts_.event.kind == "stall" ? "stall" : facts_.event.kind);
    write_event(1, facts_.event);
    if (const auto book = parsed(facts_.event.ledger); book.is_object() && !book.empty()) {
      // How the lines follow one another is not known; they are drawn one after the other.
      out_.name_row(events_group, 2, "where its time went (sums, in no order)");
      auto at = micros(facts_.event.started.value_or(begin_));
      for (const auto& [line, seconds] : book.items())
        if (seconds.is_number() && seconds.get<double>() > 0) {
          out_.slice(events_group, 2, line, "ledger", at, seconds.get<double>() * 1e6);
          at += seconds.get<double>() * 1e6;
        }
    }
    if (!facts_.parts.empty()) {
      out_.name_row(events_group, 3, "pauses within it");
      auto parts = facts_.parts;
      std::stable_sort(parts.begin(), parts.end(),
                       [](const event_row& a, const event_row& b) { return a.started < b.started; });
      for (const auto& x : parts)
        write_event(3, x);
    }
  }

  struct task {
    std::int64_t pid = 0, tid = 0;
    std::string name;
  };

  std::vector<task> tasks() const {
    std::vector<task> result;
    for (const auto& one : list_at(timeline_, "tasks")) {
      task x;
      if (one.is_array() && one.size() == 3 && one[0].is_number_integer() && one[1].is_number_integer() && one[2].is_string())
        x = {one[0].get<std::int64_t>(), one[1].get<std::int64_t>(), one[2].get<std::string>()};
      result.push_back(std::move(x));
    }
    return result;
  }

  void write_cpus() {
    const auto began = number_at(timeline_, "began");
    if (!began)
      return;
    const auto who = tasks();
    const auto from = micros(*began);
    out_.name_group(cpus_group, "CPUs: who was on each");
    out_.name_group(tasks_group, "Tasks: when each ran");
    std::map<std::size_t, std::vector<run>> runs; // by task
    std::vector<std::pair<double, double>>
      merged; // where slices are drawn as one, and whose they are is not known
    for (const auto& cpu : list_at(timeline_, "cpus")) {
      const auto number = static_cast<std::int64_t>(std::clamp(number_at(cpu, "cpu").value_or(0), 0.0, 65535.0));
      const auto row = number + 1; // viewers take 0 for the idle task, and drop its slices
      out_.name_row(cpus_group, row, "CPU " + std::to_string(number));
      if (const auto covers = number_at(cpu, "covers_from"); covers && *covers > 0) {
        out_.slice(cpus_group, row, "not recorded", "coverage", from,
                   std::min(*covers, 86400.0) * 1e6);
        merged.emplace_back(from, from + std::min(*covers, 86400.0) * 1e6);
      }
      for (const auto& slice : list_at(cpu, "slices")) {
        if (!slice.is_array() || slice.size() < 3 || slice.size() > 4
            || !std::all_of(slice.begin(), slice.end(),
                            [](const json& x) { return x.is_number_unsigned(); }))
          continue;
        const auto at = from + slice[0].get<double>(), length = slice[1].get<double>();
        const auto index = slice[2].get<std::size_t>();
        if (index >= who.size())
          continue;
        const auto& one = who[index];
        // Of what is drawn as one, the process that had most of it is known, and no thread.
        const auto name = one.tid < 0 && one.pid > 0 ? "several, mostly " + one.name : one.name;
        out_.slice(cpus_group, row, name, "sched", at, length,
                   {{"pid", one.pid}, {"tid", one.tid}});
        if (one.tid > 0)
          runs[index].push_back({at, length, number, slice.size() == 4});
        else
          merged.emplace_back(at, at + length);
      }
    }
    std::sort(merged.begin(), merged.end());
    for (auto& [index, all] : runs) {
      const auto& one = who[index];
      out_.name_row(tasks_group, one.tid, one.name + ' ' + std::to_string(one.tid));
      std::sort(all.begin(), all.end(), [](const run& a, const run& b) { return a.at < b.at; });
      for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& x = all[i];
        out_.slice(tasks_group, one.tid, "Running", "state", x.at, x.length, {{"cpu", x.cpu}});
        if (i + 1 < all.size())
          write_absence(one.tid, x, all[i + 1], merged);
      }
    }
  }

  struct run {
    double at = 0, length = 0;
    std::int64_t cpu = 0;
    bool left_ready = false;
  };

  /// What a task was up to from one run to the next: ready all along if it was preempted. It may
  /// have run in between where slices are drawn as one: then that is not known.
  void write_absence(std::int64_t tid, const run& left, const run& came,
                     const std::vector<std::pair<double, double>>& merged) {
    constexpr double too_short = 1; // to be distinguished from rounding
    const auto from = left.at + left.length;
    if (came.at - from < too_short)
      return;
    if (std::any_of(merged.begin(), merged.end(),
                    [&](const auto& x) { return x.first < came.at && x.second > from; }))
      return;
    out_.slice(tasks_group, tid, left.left_ready ? "Runnable (preempted)" : "Sleeping", "state",
               from, came.at - from);
  }

  void write_counters() {
    if (facts_.seconds.empty())
      return;
    out_.name_group(machine_group, "The machine, second by second");
    for (const auto& second : facts_.seconds)
      if (const auto at = second[sample_column::timestamp])
        for (const auto& x : counters)
          if (const auto value = second[x.column]; value && std::isfinite(*value))
            out_.counter(machine_group, x.name, micros(*at), *value);
  }

  const trace_facts& facts_;
  json blame_, timeline_;
  trace_writer out_;
  double begin_ = 0;
};

} // namespace

void write_trace(std::ostream& out, const trace_facts& facts) {
  out << "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[";
  event_trace trace{out, facts};
  trace.write();
  const json about = {{"written_by", "pmactor " + facts.version},
                      {"host", facts.host},
                      {"event", facts.event.id},
                      {"began_unix", trace.begin()}};
  out << "\n],\"otherData\":" << about.dump(-1, ' ', false, json::error_handler_t::replace) << "}\n";
}

} // namespace pmactor
