#include "app/views/render_status.hpp"

#include "app/command_line/exit_codes.hpp"
#include "app/command_line/parse_moment.hpp"
#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "app/views/health_json.hpp"
#include "app/views/outage_words.hpp"
#include "app/views/scope_words.hpp"
#include "messages/pause.hpp"
#include "messages/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;
using column = sample_column;

nanoseconds from_seconds(double x) {
  constexpr double most = 9e9; // what fits
  return nanoseconds{std::llround(std::fmin(std::fmax(x, -most), most) * 1e9)};
}

bool is_running(const status_view& view) {
  return view.daemon.presence == daemon_presence::running;
}

/// @returns the health page's report, if it is that of the daemon that runs.
const health_report* report_of(const status_view& view) {
  if (!is_running(view) || !view.health || !view.health->report
      || view.health->report->daemon != view.daemon.daemon)
    return nullptr;
  return &*view.health->report;
}

std::string state_of(const status_view& view) {
  if (report_of(view) != nullptr)
    return to_string(view.health->verdict.state);
  return to_string(view.daemon.presence);
}

std::string ago(nanoseconds when, nanoseconds now) {
  return when > now ? "in the future" : to_words(now - when) + " ago";
}

std::optional<nanoseconds> age_of_sample(const status_view& view) {
  if (!view.newest || !(*view.newest)[column::timestamp])
    return std::nullopt;
  return view.now - from_seconds(*(*view.newest)[column::timestamp]);
}

/// @returns of a daemon that died, when it gave its last sign of life: its pulse or its last sample.
std::optional<nanoseconds> last_seen(const status_view& view) {
  if (view.daemon.presence != daemon_presence::dead || !view.health || !view.health->report)
    return std::nullopt;
  const auto pulse = view.health->verdict.last_sign;
  const auto age = age_of_sample(view);
  return pulse && age ? std::optional{std::max(*pulse, view.now - *age)} : pulse;
}

std::string megabytes(double bytes) {
  return bytes < 1e6 ? printed("%.0f kB", bytes / 1e3) : printed("%.1f MB", bytes / 1e6);
}

/// @returns when it was over; if that is not known, when it began.
std::optional<double> end_of(const event_row& outage) {
  return outage.ended ? outage.ended : outage.started;
}

/// @returns how the daemon is, and where there is more about it.
std::string health_words(const health_verdict& verdict) {
  auto result = escaped(verdict.headline);
  // Who halted a process is known to none: what lets it go on is all that there is to say.
  if (verdict.state == health_state::stopped) {
    for (const auto& x : verdict.findings)
      if (x.actor.empty())
        result += "; " + escaped(x.sentence);
    return result;
  }
  return result + (verdict.findings.empty() ? "" : "; `pmactor inspect` says why");
}

} // namespace

int exit_code_of(const status_view& view) {
  const auto* report = report_of(view);
  const auto state = report != nullptr ? view.health->verdict.state : health_state::unknown;
  return state == health_state::stopped || state == health_state::stuck ? exit_code_of(daemon_presence::unknown)
                                                                         : exit_code_of(view.daemon.presence);
}

bool is_news(const event_row& outage) {
  return outage.kind == "outage" && outage.status == "new" && was_mishap(outage) && end_of(outage);
}

std::string status_line(const status_view& view) {
  std::string result = state_of(view);
  const auto add = [&result](const std::string& part) { result += " · " + part; };
  // Values that are long past would be read as those of now.
  constexpr auto fresh = std::chrono::minutes{2};
  if (const auto age = age_of_sample(view); age && *age < fresh && is_running(view)) {
    const auto& row = *view.newest;
    if (const auto stress = row[column::stress_total])
      add(printed("stress %.0f", *stress));
    if (const auto load = row[column::load_avg])
      add(printed("load %.1f", *load)
          + (view.cores > 0 ? '/' + std::to_string(view.cores) : std::string{}));
    if (const auto share = memory_available_percent(row))
      add(printed("memory %.0f %% free", *share));
  }
  if (!view.stalls.empty())
    add(escaped(stall_in_words(view.stalls.front())));
  else if (!view.stalls_by_page.empty())
    add(escaped(view.stalls_by_page));
  if (view.outage)
    add(escaped(outage_in_words(*view.outage)) + ' ' + ago(from_seconds(end_of(*view.outage).value_or(0)), view.now));
  if (view.last_pause) {
    const auto& pause = *view.last_pause;
    std::string about = pause.duration ? printed("%.1f s", *pause.duration) : "";
    if (!pause.cause.empty())
      about += (about.empty() ? "" : ", ") + escaped(pause.cause);
    const auto scope = pause_scope_from(pause.scope).value_or(pause_scope::unknown);
    const bool is_own = scope == pause_scope::daemon_only || scope == pause_scope::daemon_and_sampler;
    add("last pause " + (is_own ? "of " + std::string{words_of_scope(pause.scope).what} + ' ' : std::string{})
        + ago(from_seconds(pause.over()), view.now)
        + (about.empty() ? "" : " (" + about + ')'));
  } else if (view.events) {
    add("no pause yet");
  }
  return result;
}

std::string outage_line(const status_view& view) {
  if (!view.outage)
    return {};
  const auto& x = *view.outage;
  return "pmactor: " + escaped(capitalised(outage_in_words(x))) + ' '
         + ago(from_seconds(end_of(x).value_or(0)), view.now) + " (confidence: " + escaped(x.confidence)
         + "); `pmactor events show " + std::to_string(x.id) + "` says more, `pmactor events mark "
         + std::to_string(x.id) + " reviewed` ends this.\n";
}

std::string render_status(const status_view& view, const text_style& style) {
  const auto healthy =
    report_of(view) != nullptr && view.health->verdict.state == health_state::healthy;
  const auto colour = healthy ? paint::green : is_running(view) ? paint::yellow : paint::red;
  std::string result;
  for (const auto& line : wrapped(spelled(status_line(view), style), style.width))
    result += painted(line, colour, style) + '\n';
  result += '\n';
  constexpr std::size_t margin = 12;
  const auto add = [&](const char* name, const std::string& text) {
    auto lead = as_column(std::string{"  "} + name, margin);
    const auto room = style.width > margin + 20 ? style.width - margin : 20;
    for (const auto& line : wrapped(spelled(text, style), room)) {
      result += lead + line + '\n';
      lead.assign(margin, ' ');
    }
  };
  const auto* report = report_of(view);
  if (!is_running(view)) {
    add(
      "daemon",
      escaped(view.daemon.sentence)
        + (view.daemon.presence == daemon_presence::unknown ? "" : " `" + view.start_command + "` starts it."));
    if (view.health && view.health->report && view.daemon.presence == daemon_presence::dead) {
      add("found", escaped(view.health->verdict.headline) + '.');
      if (const auto last = last_seen(view))
        add("last seen", iso_time(*last) + " (" + ago(*last, view.now) + ')');
    }
  } else {
    std::string process = std::to_string(view.daemon.daemon->pid);
    if (report != nullptr && report->started_wall)
      process += ", since " + iso_time(*report->started_wall);
    if (report != nullptr && report->uptime)
      process += " (" + to_words(*report->uptime) + ')';
    add("process", process);
    if (report == nullptr)
      add("health", "its health page cannot be read; see `pmactor inspect`");
    else if (view.health->verdict.state != health_state::healthy)
      add("health", health_words(view.health->verdict));
  }
  if (const auto& x = view.outage) {
    add("outage", escaped(capitalised(outage_in_words(*x))) + " (confidence: " + escaped(x->confidence) + "); it lasted "
                    + (x->duration ? span_words(x->duration) : "for a time that is not known"));
    add("", "`pmactor events show " + std::to_string(x->id) + "` says more, `pmactor events mark "
              + std::to_string(x->id) + " reviewed` takes it off here");
  }
  for (const auto& x : view.stalls)
    if (x.started)
      add("stall", escaped(stall_in_words(x)) + "; it began " + ago(from_seconds(*x.started), view.now));
  if (view.stalls.empty() && !view.stalls_by_page.empty())
    add("stall", escaped(view.stalls_by_page) + "; the history does not have it yet");
  constexpr auto apart = std::chrono::seconds{10}; // within this of a daemon's last sign of life it is the same moment
  std::string samples;
  if (report != nullptr) {
    samples = std::to_string(report->samples_stored) + " stored since its start";
    if (report->samples_missed > 0)
      samples += ", " + std::to_string(report->samples_missed) + " missed";
  }
  if (const auto age = age_of_sample(view); age && !(last_seen(view) && *last_seen(view) - (view.now - *age) < apart))
    samples += (samples.empty() ? "the last " : "; the last ") + ago(view.now - *age, view.now);
  if (!samples.empty())
    add("samples", samples);
  if (view.events)
    add("events", std::to_string(*view.events) + " kept");
  if (const auto cost = report != nullptr ? cost_of(*view.health) : std::nullopt) {
    std::string text = printed("%.2f s CPU", to_seconds(cost->cpu));
    if (report->uptime && to_seconds(*report->uptime) > 0)
      text += printed(" (%.2f %% of a core)", to_seconds(cost->cpu) / to_seconds(*report->uptime) * 100);
    if (cost->memory)
      text += ", " + megabytes(*cost->memory) + " of memory";
    if (cost->processes > 1)
      text += ", in " + std::to_string(cost->processes) + " processes";
    add("cost", text);
  }
  if (view.disk)
    add("history", megabytes(static_cast<double>(*view.disk)) + " in "
                     + escaped(view.where.database().string()));
  if (!view.trouble.empty())
    add("history", escaped(view.trouble));
  add("log", escaped(view.where.log_file().string()));
  for (const auto& x : view.jobs)
    if (!x.on)
      add("off", x.what->name + " (" + escaped(x.why) + "); `pmactor enable " + x.what->name
                   + "` switches it on");
  if (report != nullptr)
    for (const auto& actor : report->actors)
      if (!actor.degraded.empty())
        add("degraded", escaped(actor.name) + ": " + escaped(actor.degraded));
  return result;
}

std::string status_json(const status_view& view, bool is_indented) {
  using nlohmann::ordered_json;
  const auto value = [](const auto& x) { return x ? ordered_json(*x) : ordered_json(nullptr); };
  const auto seconds = [](const std::optional<nanoseconds>& x) {
    return x ? ordered_json(to_seconds(*x)) : ordered_json(nullptr);
  };
  const auto* report = report_of(view);
  auto result = begin_json();
  put_moment(result, "timestamp", std::optional{view.now});
  result.update({{"state", to_string(view.daemon.presence)},
                 {"health", state_of(view)},
                 {"line", status_line(view)},
                 {"exit_code", exit_code_of(view)},
                 {"message", view.daemon.sentence}});
  result["pid"] =
    view.daemon.daemon ? ordered_json(view.daemon.daemon->pid) : ordered_json(nullptr);
  put_moment(result, "started", report != nullptr ? report->started_wall : std::nullopt);
  result["uptime"] = seconds(report != nullptr ? report->uptime : std::nullopt);
  result["samples_stored"] = report != nullptr ? ordered_json(report->samples_stored) : nullptr;
  result["samples_missed"] = report != nullptr ? ordered_json(report->samples_missed) : nullptr;
  result["events"] = value(view.events);
  result["last_sample_age"] = seconds(age_of_sample(view));
  const auto of_sample = [&](column c) {
    return view.newest ? value((*view.newest)[c]) : ordered_json(nullptr);
  };
  result["stress"] = of_sample(column::stress_total);
  result["load"] = of_sample(column::load_avg);
  result["cores"] = view.cores;
  result["memory_free_pct"] =
    view.newest ? value(memory_available_percent(*view.newest)) : ordered_json(nullptr);
  result["last_pause"] = nullptr;
  if (view.last_pause) {
    auto pause = ordered_json::object();
    put_moment(pause, "started", std::optional{view.last_pause->started});
    pause["duration"] = value(view.last_pause->duration);
    pause["cause"] = view.last_pause->cause.empty() ? ordered_json(nullptr) : ordered_json(view.last_pause->cause);
    result["last_pause"] = std::move(pause);
  }
  result["outage"] = nullptr;
  if (const auto& x = view.outage) {
    auto outage = ordered_json::object();
    outage["id"] = x->id;
    put_moment(outage, "started", x->started);
    put_moment(outage, "ended", x->ended);
    outage["duration"] = value(x->duration);
    outage["cause"] = x->cause;
    outage["confidence"] = x->confidence;
    outage["of"] = was_of_machine(*x) ? "machine" : "daemon";
    outage["title"] = outage_in_words(*x);
    result["outage"] = std::move(outage);
  }
  auto stalls = ordered_json::array();
  for (const auto& x : view.stalls) {
    auto& stall = stalls.emplace_back(ordered_json::object());
    put_moment(stall, "started", x.started);
    stall["resource"] = text_at(parsed(x.stall), "resource");
    stall["resource_name"] = text_at(parsed(x.stall), "name");
  }
  result["stalls"] = stalls;
  result["stalls_by_page"] =
    view.stalls_by_page.empty() ? ordered_json(nullptr) : ordered_json(view.stalls_by_page);
  const auto cost = report != nullptr ? cost_of(*view.health) : std::nullopt;
  result["cpu_time"] = cost ? ordered_json(to_seconds(cost->cpu)) : nullptr;
  result["memory_bytes"] = cost ? value(cost->memory) : ordered_json(nullptr);
  result["disk_bytes"] = value(view.disk);
  result["history_trouble"] =
    view.trouble.empty() ? ordered_json(nullptr) : ordered_json(view.trouble);
  auto degraded = ordered_json::array();
  if (report != nullptr)
    for (const auto& actor : report->actors)
      if (!actor.degraded.empty())
        degraded.push_back({{"actor", actor.name}, {"why", actor.degraded}});
  result["degraded"] = degraded;
  auto jobs = ordered_json::object();
  for (const auto& x : view.jobs)
    jobs[x.what->name] = x.on;
  result["jobs"] = jobs;
  result["data_folder"] = view.where.data.string();
  result["log_file"] = view.where.log_file().string();
  return dumped(result, is_indented) + '\n';
}

} // namespace pmactor
