#include "app/views/render_health.hpp"

#include "app/views/escape.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

std::int64_t seconds_of(nanoseconds x) {
  return std::chrono::duration_cast<std::chrono::seconds>(x).count();
}

/// A length of time for a column: its largest unit only, never wider than "5999 s".
std::string brief(nanoseconds x) {
  const auto s = seconds_of(x);
  if (s < 100)
    return std::to_string(s) + " s";
  if (s < 100 * 60)
    return std::to_string(s / 60) + " min";
  if (s < 100 * 3600)
    return std::to_string(s / 3600) + " h";
  return std::to_string(s / 86400) + " d";
}

/// "3 min 12 s ago, at 09:08:55"; only the time if it lies ahead, as after a step of the clock.
std::string when(nanoseconds wall, nanoseconds now) {
  const auto at = local_time(seconds_of(wall), seconds_of(now));
  if (at.empty())
    return "at an unknown time";
  return wall > now ? "at " + at : to_words(now - wall) + " ago, at " + at;
}

std::string megabytes(double bytes) {
  return printed("%.1f MB", bytes / 1e6);
}

std::string percent(double share) {
  return printed("%.2f %%", share * 100);
}

struct look {
  const char* sign;
  paint colour;
};

/// "2 slow handlers, the longest history_row 2.30 s: ran 20 ms, ready 110 ms, blocked 2.17 s".
std::string slow_words(const actor_report::slow_report& x) {
  auto result = grouped(x.count)
                + (x.count == 1 ? " slow handler, " : " slow handlers, the longest ")
                + escaped(x.handler) + ' ' + spelled(x.took);
  if (x.ran && x.ready && x.blocked)
    result += ": ran " + spelled(*x.ran) + ", ready " + spelled(*x.ready) + ", blocked "
              + spelled(*x.blocked);
  return result;
}

look look_of(health_state x) {
  switch (x) {
    case health_state::healthy:
      return {"●", paint::green};
    case health_state::degraded:
      return {"●", paint::yellow};
    case health_state::stuck:
    case health_state::stopped:
      return {"●", paint::red};
    case health_state::dead:
      return {"×", paint::red};
    case health_state::not_running:
      return {"○", paint::plain};
    case health_state::unknown:
      return {"○", paint::yellow};
  }
  return {"●", paint::red};
}

paint colour_of(const actor_report& x) {
  switch (x.phase) {
    case actor_phase::restarting:
      return paint::yellow;
    case actor_phase::given_up:
      return paint::red;
    case actor_phase::stopped:
      return paint::dim;
    default:
      return x.degraded.empty() ? paint::plain : paint::yellow;
  }
}

/// Writes the view line by line.
class renderer {
public:
  renderer(const health_view& view, const text_style& style) : view_(view), style_(style) {
  }

  std::string all() && {
    verdict();
    if (view_.report) {
      process();
      if (view_.verdict.state != health_state::not_running)
        actors();
      coverage();
    }
    return std::move(out_);
  }

private:
  /// Adds a line; *text* is ours or escaped, and not coloured yet.
  void line(std::string text, paint how = paint::plain) {
    out_ += painted(spelled(std::move(text), style_), how, style_);
    out_ += '\n';
  }

  /// Adds a text in as many lines as it takes, the first behind *lead*, the others behind *indent*.
  void paragraph(const std::string& lead, const std::string& indent, const std::string& text,
                 paint how = paint::plain) {
    const auto room = style_.width > width_of(lead) + 20 ? style_.width - width_of(lead) : 20;
    auto front = lead;
    for (auto& part : wrapped(spelled(text, style_), room)) {
      line(front + part, how);
      front = indent;
    }
  }

  void verdict() {
    const auto [sign, colour] = look_of(view_.verdict.state);
    auto lead = painted(spelled(sign, style_), colour, style_) + ' ';
    for (auto& part : wrapped(spelled(escaped(view_.verdict.headline), style_), style_.width - 2)) {
      out_ += lead + painted(part, paint::bold, style_) + '\n';
      lead = "  ";
    }
    for (const auto& x : view_.verdict.findings) {
      const auto sentence = (x.actor.empty() ? "" : escaped(x.actor) + ": ") + escaped(x.sentence);
      paragraph(x.is_problem ? "  ! " : "  - ", "    ", sentence,
                x.is_problem ? paint::yellow : paint::plain);
    }
    if (view_.verdict.last_sign)
      line("  Last sign of life " + when(*view_.verdict.last_sign, view_.now_wall));
  }

  void process() {
    const auto& report = *view_.report;
    const auto state = view_.verdict.state;
    const bool over = state == health_state::dead || state == health_state::not_running;
    std::string text = "pid " + std::to_string(report.daemon.pid);
    if (report.uptime)
      text += (over ? ", ran for " : ", up for ") + to_words(*report.uptime);
    if (report.started_wall) {
      const auto at = local_time(seconds_of(*report.started_wall), seconds_of(view_.now_wall));
      if (!at.empty())
        text += " since " + at;
    }
    if (const auto cost = cost_of(view_)) {
      if (cost->memory)
        text += ", " + megabytes(*cost->memory);
      if (report.uptime && *report.uptime > nanoseconds::zero())
        text += ", " + percent(to_seconds(cost->cpu) / to_seconds(*report.uptime)) + " of a CPU";
      if (cost->processes > 1)
        text += ", in " + std::to_string(cost->processes) + " processes";
    }
    paragraph("  ", "  ", text);
    if (!report.data_folder.empty())
      paragraph("  ", "  ", "data in " + escaped(report.data_folder));
  }

  // ---- the tree of actors
  // ------------------------------------------------------------------------

  struct row {
    std::array<std::string, 7> cells;
    paint how = paint::plain;
    std::vector<std::string> details; ///< Beneath it, each behind *rail*.
    std::string rail;
  };

  /// @returns whether what the page says of its actors is still so.
  bool is_running() const {
    return view_.verdict.state != health_state::dead && view_.verdict.state != health_state::stopped
           && view_.verdict.state != health_state::unknown;
  }

  row root() const {
    const auto& report = *view_.report;
    row x;
    x.cells = {"supervisor", to_string(report.phase), report.uptime ? brief(*report.uptime) : "-"};
    x.rail = "│  ";
    return x;
  }

  row child(const actor_report& actor, bool last) const {
    row x;
    const bool up = actor.phase == actor_phase::running || actor.phase == actor_phase::starting;
    x.cells = {(last ? "└─ " : "├─ ") + escaped(actor.name),
               to_string(actor.phase),
               up && actor.uptime ? brief(*actor.uptime) : "-",
               grouped(actor.restarts),
               grouped(actor.handled),
               grouped(actor.waiting),
               actor.p99 ? to_words(*actor.p99) : "-"};
    x.how = colour_of(actor);
    x.rail = last ? "     " : "│    ";
    constexpr nanoseconds worth_a_line = std::chrono::milliseconds{100};
    if (is_running() && actor.handling_for && *actor.handling_for >= worth_a_line)
      x.details.push_back("handling " + escaped(actor.handler) + " for "
                          + to_words(*actor.handling_for));
    if (is_running() && actor.oldest_age && *actor.oldest_age >= std::chrono::seconds{1})
      x.details.push_back("oldest message waits for " + to_words(*actor.oldest_age));
    if (actor.slow)
      x.details.push_back(slow_words(*actor.slow));
    if (!actor.failure.empty())
      x.details.push_back("failed" + (actor.failed ? " " + when(*actor.failed, view_.now_wall) : "")
                          + ": " + escaped(actor.failure));
    if (!actor.note.empty())
      x.details.push_back(escaped(actor.note));
    return x;
  }

  void actors() {
    std::vector<const actor_report*> shown;
    for (const auto& actor : view_.report->actors)
      if (actor.phase != actor_phase::absent)
        shown.push_back(&actor);
    std::vector<row> rows;
    rows.push_back(
      {{"ACTOR", is_running() ? "STATE" : "WAS", "UP", "RESTARTS", "HANDLED", "MAIL", "P99"},
       paint::dim,
       {},
       {}});
    rows.push_back(root());
    for (const auto* actor : shown)
      rows.push_back(child(*actor, actor == shown.back()));

    std::array<std::size_t, 7> widths{};
    for (auto& x : rows)
      for (std::size_t i = 0; i < widths.size(); ++i) {
        x.cells[i] = spelled(std::move(x.cells[i]), style_);
        widths[i] = std::max(widths[i], width_of(x.cells[i]));
      }
    // On a narrow terminal the last columns are left out before the name is cut to nothing.
    constexpr std::size_t space = 2, least_name = 12;
    std::size_t columns = widths.size(), others = 0;
    const auto width_of_others = [&widths](std::size_t count) {
      std::size_t result = 0;
      for (std::size_t i = 1; i < count; ++i)
        result += space + widths[i];
      return result;
    };
    while ((others = width_of_others(columns)) + least_name > style_.width && columns > 2)
      --columns;
    widths[0] =
      std::clamp<std::size_t>(style_.width - std::min(style_.width, others), least_name, std::max(widths[0], least_name));

    line({});
    for (const auto& x : rows)
      print(x, widths, columns, space);
  }

  void print(const row& x, const std::array<std::size_t, 7>& widths, std::size_t columns, std::size_t space) {
    auto text = padded(cut(x.cells[0], widths[0], style_), widths[0]);
    for (std::size_t i = 1; i < columns; ++i) {
      text.append(space, ' ');
      text += i == 1 ? padded(x.cells[i], widths[i]) : padded_left(x.cells[i], widths[i]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    line(text, x.how);
    for (const auto& detail : x.details)
      paragraph(x.rail, x.rail, detail);
  }

  void coverage() {
    const auto& x = *view_.report;
    const auto settled = x.samples_stored + x.samples_discarded + x.samples_lost;
    const auto on_their_way = x.samples_taken - std::min(x.samples_taken, settled);
    const auto lived = settled + on_their_way + x.samples_missed;
    auto text = grouped(lived) + (lived == 1 ? " lived second: " : " lived seconds: ")
                + grouped(x.samples_stored) + " stored, " + grouped(x.samples_discarded)
                + " discarded by policy";
    if (on_their_way > 0)
      text += ", " + grouped(on_their_way) + " on the way";
    if (x.samples_lost > 0)
      text += ", " + grouped(x.samples_lost) + " lost";
    text += ", " + grouped(x.samples_missed) + " missed";
    line({});
    const bool whole = x.samples_missed == 0 && x.samples_lost == 0;
    paragraph("", "  ", text, whole ? paint::plain : paint::yellow);
  }

  const health_view& view_;
  const text_style& style_;
  std::string out_;
};

} // namespace

std::optional<process_cost> cost_of(const health_view& view) {
  if (!view.facts)
    return std::nullopt;
  process_cost result;
  result.processes = 1 + view.children.size();
  double shared = 0; // they are of one program, so that these are the same pages
  const auto add = [&](const process_facts& x) {
    result.cpu += x.cpu + x.reaped_cpu;
    if (!x.memory)
      return;
    const auto of_files = std::min(x.shared.value_or(0), *x.memory);
    result.memory = result.memory.value_or(0) + *x.memory - of_files;
    shared = std::max(shared, of_files);
  };
  add(*view.facts);
  for (const auto& x : view.children)
    add(x);
  if (result.memory)
    result.memory = *result.memory + shared;
  return result;
}

std::string render_health(const health_view& view, const text_style& style) {
  return renderer{view, style}.all();
}

} // namespace pmactor
