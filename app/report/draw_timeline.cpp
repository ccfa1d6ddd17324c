#include "app/report/draw_timeline.hpp"

#include "app/history/find_gaps.hpp"
#include "app/report/report_markup.hpp"
#include "app/views/event_values.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <utility>

namespace pmactor::report {
namespace {

constexpr double plot_width = 1000, plot_height = 100;

struct curve {
  const char* name;
  const char* colour;
  bool dashed = false;
  bool filled = false;
  std::vector<std::pair<double, std::optional<double>>> points; ///< Unix seconds and value.
};

double x_of(const time_axis& axis, double at) {
  return axis.share(at) * plot_width;
}

double y_of(double value, double full) {
  return plot_height - std::clamp(value / full, 0.0, 1.0) * (plot_height - 2) - 1;
}

std::string xy(double x, double y) {
  return number(x, 1) + ',' + number(y, 1);
}

/// @returns of each point whether there is a gap before it.
std::vector<bool> gaps_of(const curve& x) {
  std::vector<double> times;
  for (const auto& [at, value] : x.points)
    times.push_back(at);
  return find_gaps(times);
}

/// @returns the same of samples.
std::vector<bool> gaps_of(const std::vector<sample_row>& seconds) {
  std::vector<double> times;
  for (const auto& x : seconds)
    times.push_back(x.at());
  return find_gaps(times);
}

/// @returns whether most of the event, or of another hole, lies between two moments: nothing was measured then, and no
/// line is to say so.
bool spans_pause(const time_axis& axis, double from, double to) {
  return is_across_hole(from, to, {axis.pause_from, axis.pause_to})
         || std::any_of(axis.holes.begin(), axis.holes.end(),
                        [from, to](const auto& hole) { return is_across_hole(from, to, hole); });
}

/// @returns where samples came late: each was measured over far more time than the one before.
std::vector<std::pair<double, double>> holes_of(const std::vector<sample_row>& seconds) {
  std::vector<std::pair<double, double>> result;
  for (std::size_t i = 1; i < seconds.size(); ++i) {
    const auto before = seconds[i - 1][sample_column::interval], interval = seconds[i][sample_column::interval];
    if (came_late(before, interval))
      result.emplace_back(std::max(seconds[i - 1].at(), seconds[i].at() - *interval), seconds[i].at());
  }
  return result;
}

/// @returns the curve as paths, broken where nothing was known and across the pause.
std::string paths_of(const curve& x, double full, const time_axis& axis) {
  std::string result;
  std::vector<std::pair<double, double>> run;
  const auto flush = [&] {
    if (run.empty())
      return;
    std::string line;
    for (const auto& [at, value] : run)
      line += (line.empty() ? "M" : " L") + xy(x_of(axis, at), y_of(value, full));
    if (run.size() == 1) // a dot
      line += " l0.1,0";
    const auto colour = std::string{"var("} + x.colour + ')';
    if (x.filled && run.size() > 1)
      result += "<path d=\"" + line + " L" + xy(x_of(axis, run.back().first), plot_height) + " L"
                + xy(x_of(axis, run.front().first), plot_height) + " Z\" fill=\"" + colour
                + "\" fill-opacity=\".16\"/>";
    result += "<path class=\"l" + std::string{x.dashed ? " d" : ""} + "\" d=\"" + line
              + "\" stroke=\"" + colour + "\"/>";
    run.clear();
  };
  const auto gaps = gaps_of(x);
  for (std::size_t i = 0; i < x.points.size(); ++i) {
    const auto& [at, value] = x.points[i];
    const bool across = !run.empty() && (gaps[i] || spans_pause(axis, run.back().first, at));
    if (across || !value)
      flush();
    if (value && at >= axis.from && at <= axis.to)
      run.emplace_back(at, *value);
  }
  flush();
  return result;
}

std::string band(const time_axis& axis) {
  const auto left = x_of(axis, axis.pause_from);
  const auto width = std::max(x_of(axis, axis.pause_to) - left, 3.0);
  return "<rect class=\"p\" x=\"" + number(left, 1) + "\" y=\"0\" width=\"" + number(width, 1)
         + "\" height=\"100\"/>";
}

std::string grid() {
  return "<path class=\"g\" d=\"M0,25 H1000 M0,50 H1000 M0,75 H1000\"/>";
}

/// @param says the text for screen readers.
std::string svg(const std::string& inside, const std::string& says, const char* kind) {
  return std::string{"<svg class=\""} + kind
         + "\" viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\""
         + html(says) + "\"><title>" + html(says) + "</title>" + inside + "</svg>";
}

std::string legend(const std::vector<curve>& curves) {
  std::string result = "<ul class=\"legend\">";
  for (const auto& x : curves)
    result += std::string{"<li><i class=\""} + (x.dashed ? "d" : "") + "\" style=\"--c:var("
              + x.colour + ")\"></i>" + x.name + "</li>";
  return result + "</ul>";
}

std::optional<double> highest(const curve& x, double from, double to) {
  std::optional<double> result;
  for (const auto& [at, value] : x.points)
    if (value && at >= from && at <= to)
      result = std::max(result.value_or(*value), *value);
  return result;
}

/// A chart of its own with title, legend and scale.
/// @param full the top of the scale; nullopt to find one.
/// @param unit turns the top of the scale into words.
std::string panel(const char* title, std::vector<curve> curves, std::optional<double> full,
                  const time_axis& axis, std::string (*unit)(double)) {
  std::erase_if(curves, [&](const curve& x) { return !highest(x, axis.from, axis.to); });
  std::string says = std::string{title} + ". ";
  if (curves.empty())
    return "<figure><figcaption><b>" + std::string{title}
           + "</b><span class=\"scale\">not reported by this machine</span></figcaption></figure>";
  double top = 0;
  for (const auto& x : curves) {
    const auto most = highest(x, axis.from, axis.to).value_or(0);
    top = std::max(top, most);
    says += std::string{x.name} + " up to " + unit(most) + ". ";
  }
  const auto scale = full ? *full : round_up(top);
  std::string inside = grid() + band(axis);
  for (const auto& x : curves)
    inside += paths_of(x, scale, axis);
  return "<figure><figcaption><b>" + std::string{title} + "</b>" + legend(curves)
         + "<span class=\"scale\">" + unit(scale) + "</span></figcaption>"
         + svg(inside, says, "plot") + "</figure>";
}

curve curve_of(const char* name, const char* colour, const std::vector<sample_row>& seconds,
               sample_column value, bool dashed = false, bool filled = false) {
  curve result{name, colour, dashed, filled, {}};
  for (const auto& x : seconds)
    result.points.emplace_back(x.at(), x[value]);
  return result;
}

/// The stress as areas on top of each other.
/// @param bands the markup of the events behind them. @param gaps of each sample whether there is one before it.
std::string stress_panel(const std::vector<sample_row>& seconds, const time_axis& axis, const std::string& bands,
                         const std::vector<bool>& gaps) {
  struct part {
    const char* name;
    const char* colour;
    sample_column value;
  };
  static constexpr std::array<part, 5> parts{{{"load", "--orange", sample_column::stress_load},
                                              {"memory", "--plum", sample_column::stress_memory},
                                              {"thermal", "--red", sample_column::stress_thermal},
                                              {"late timers", "--sky", sample_column::stress_latency},
                                              {"disk", "--teal", sample_column::stress_io}}};
  std::string inside = grid() + bands;
  std::vector<curve> shown;
  double most = 0;
  bool known = false;
  std::vector<double> base(seconds.size(), 0);
  for (const auto& one : parts) {
    auto top = base;
    double peak = 0;
    for (std::size_t i = 0; i < seconds.size(); ++i)
      if (const auto& value = seconds[i][one.value]) {
        known = true;
        top[i] = base[i] + std::max(0.0, *value);
        peak = std::max(peak, *value);
      }
    if (peak > 0) // a part without points is not seen, and would only stand in the legend
      shown.push_back({one.name, one.colour, false, false, {}});
    // A polygon for each stretch without a gap.
    std::size_t begin = 0;
    while (peak > 0 && begin < seconds.size()) {
      auto end = begin + 1;
      while (end < seconds.size() && !gaps[end]
             && !spans_pause(axis, seconds[end - 1].at(), seconds[end].at()))
        ++end;
      std::string upper, lower;
      for (std::size_t i = begin; i < end; ++i)
        upper += (i == begin ? "M" : " L") + xy(x_of(axis, seconds[i].at()), y_of(top[i], 100));
      for (std::size_t i = end; i > begin; --i)
        lower += " L" + xy(x_of(axis, seconds[i - 1].at()), y_of(base[i - 1], 100));
      if (end - begin > 1)
        inside +=
          "<path class=\"a\" d=\"" + upper + lower + " Z\" fill=\"var(" + one.colour + ")\"/>";
      begin = end;
    }
    base = std::move(top);
  }
  for (const auto x : base)
    most = std::max(most, x);
  if (!known)
    return {};
  return "<figure><figcaption><b>Stress</b>" + (shown.empty() ? "<span>none all the while</span>" : legend(shown))
         + "<span class=\"scale\">100 points</span></figcaption>"
         + svg(inside,
               "Stress by its parts, up to " + number(std::min(most, 100.0)) + " of 100 points.",
               "plot")
         + "</figure>";
}

/// The marks below the charts: how long before and after it began, and the time of the day.
std::string axis_marks(const time_axis& axis) {
  const auto width = axis.to - axis.from;
  double step = 10;
  for (const double x : {1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0,
                         14400.0, 86400.0})
    if (width / (step = x) <= 7)
      break;
  std::string result = "<div class=\"axis\" aria-hidden=\"true\">";
  const auto words = [](double s) {
    const auto size = std::abs(s);
    return std::string{s < 0 ? "−" : "+"}
           + (size < 120    ? number(size) + "\u202Fs"
              : size < 7200 ? number(size / 60) + "\u202Fmin"
                            : number(size / 3600) + "\u202Fh");
  };
  for (auto i = static_cast<int>(std::ceil((axis.from - axis.pause_from) / step)); i <= 40; ++i) {
    const auto at = axis.pause_from + i * step;
    if (at > axis.to)
      break;
    const auto share = axis.share(at) * 100;
    if (share > 96 || share < 3)
      continue;
    result += "<span style=\"left:" + number(share, 2) + "%\">" + (i == 0 ? "0" : words(i * step)) + "<small>"
              + html(moment_words(at, "%H:%M:%S")) + "</small></span>";
  }
  return result + "</div>";
}

/// @returns as many as a chart can show, each with the highest value of those that it stands for.
std::vector<sample_row> thinned(const std::vector<sample_row>& all) {
  constexpr std::size_t most = 600;
  const auto step = all.size() / most + 1;
  std::vector<sample_row> result;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % step == 0) {
      result.push_back(all[i]);
      continue;
    }
    for (std::size_t column = 0; column < sample_column_count; ++column)
      if (const auto& x = all[i].values[column]; x && column != static_cast<std::size_t>(sample_column::timestamp))
        result.back().values[column] = std::max(result.back().values[column], x);
  }
  return result;
}

} // namespace

double time_axis::share(double at) const {
  return std::clamp((at - from) / (to - from), 0.0, 1.0);
}

time_axis axis_of(const report_facts& facts) {
  time_axis axis;
  const auto& event = facts.event;
  axis.pause_from = event.started.value_or(0);
  axis.pause_to = std::max(axis.pause_from, event.ended.value_or(axis.pause_from));
  if (!(std::abs(axis.pause_from) < 1e11) || !(axis.pause_to - axis.pause_from < 1e8))
    axis.pause_from = axis.pause_to = 0;
  axis.from = axis.pause_from - 30;
  axis.to = axis.pause_to + 15;
  if (!facts.seconds.empty()) {
    axis.from = std::min(facts.seconds.front().at(), axis.pause_from - 5);
    axis.to = std::max(facts.seconds.back().at(), axis.pause_to + 5);
    axis.holes = holes_of(facts.seconds);
  }
  return axis;
}

std::string timeline(const report_facts& facts, const time_axis& axis) {
  if (facts.seconds.empty())
    return "<p class=\"none\">No samples around it were kept.</p>";
  const auto s = thinned(facts.seconds);
  const auto middle = (axis.share(axis.pause_from) + axis.share(axis.pause_to)) * 50;
  std::string result = "<div class=\"charts\"><div class=\"flag\" style=\"--at:" + number(middle, 2)
                       + "%\"><span>" + span_words(facts.event.duration) + "</span></div>";
  result += stress_panel(s, axis, band(axis), gaps_of(s));
  result +=
    panel("Processors", {curve_of("busy", "--orange", s, sample_column::cpu_pct, false, true)},
          100, axis, percent_unit);
  result += panel("Pressure",
                  {curve_of("CPU", "--orange", s, sample_column::psi_cpu_some),
                   curve_of("disk, some", "--teal", s, sample_column::psi_io_some, true),
                   curve_of("disk, all", "--teal", s, sample_column::psi_io_full),
                   curve_of("memory, some", "--plum", s, sample_column::psi_mem_some, true),
                   curve_of("memory, all", "--plum", s, sample_column::psi_mem_full)},
                  100, axis, percent_unit);
  result += panel("Disk",
                  {curve_of("written", "--teal", s, sample_column::io_write, false, true),
                   curve_of("read", "--sky", s, sample_column::io_read)},
                  std::nullopt, axis, rate_unit);
  result += axis_marks(axis) + "</div>";
  return result
         + "<p class=\"note\">The shaded stretch is the event itself. Pressure is the share of "
           "each second "
           "in which tasks waited: some of them, or all at once.</p>";
}

std::string stress_strip(const std::vector<sample_row>& rows, double step, double from, double to,
                         const std::vector<event_row>& events) {
  if (!(to > from))
    return {};
  const time_axis axis{from, to, from, from, {}};
  std::string bands;
  std::set<std::int64_t> taken; // of the width, so that there are no more of them than can be seen
  for (const auto& x : events) {
    if (!x.started || x.kind == "critical" || *x.started >= to)
      continue;
    auto one = axis;
    one.pause_from = *x.started;
    one.pause_to = std::max(*x.started, x.ended.value_or(*x.started));
    if (taken.insert(std::llround(x_of(axis, *x.started) / 3)).second || one.pause_to - one.pause_from > (to - from) / 300)
      bands += band(one);
  }
  std::vector<bool> gaps(rows.size(), false); // there is a row for each step in which there are samples
  for (std::size_t i = 1; i < rows.size(); ++i)
    gaps[i] = rows[i].at() - rows[i - 1].at() > 1.5 * step;
  const auto panel = stress_panel(rows, axis, bands, gaps);
  if (panel.empty())
    return {};
  constexpr double day = 86400;
  const auto* format = to - from > day ? "%a %H:%M" : "%H:%M";
  std::string marks;
  for (const double share : {0.1, 0.3, 0.5, 0.7, 0.9})
    marks += "<span style=\"left:" + number(share * 100) + "%\">" + html(moment_words(from + share * (to - from), format))
             + "</span>";
  return "<div class=\"charts\" style=\"padding-top:1rem\">" + panel + "<div class=\"axis\" aria-hidden=\"true\">" + marks
         + "</div></div><p class=\"note\">Shaded are the events, but for critical stress, which is the curve itself.</p>";
}

std::string spark(const report_suspect& x, const time_axis& axis) {
  curve cpu{"CPU", "--orange", false, true, {}}, disk{"disk", "--teal", false, false, {}};
  for (const auto& point : x.curve) {
    cpu.points.emplace_back(point.at, point.cpu_pct);
    disk.points.emplace_back(point.at, point.io);
  }
  const auto most_cpu = highest(cpu, axis.from, axis.to),
             most_disk = highest(disk, axis.from, axis.to);
  if (!most_cpu && !most_disk)
    return "<p class=\"none\">It is in no sample around the event.</p>";
  std::string words, inside = band(axis);
  const auto add = [&](const curve& one, std::optional<double> most, double least_top,
                       const std::string& text) {
    if (!most)
      return;
    inside += paths_of(one, round_up(std::max(*most, least_top)), axis);
    words += (words.empty() ? "" : ", ") + text;
  };
  add(cpu, most_cpu, 100, "CPU up to " + percent_unit(most_cpu.value_or(0)));
  add(disk, most_disk, 1e6, "disk up to " + rate_unit(most_disk.value_or(0)));
  std::vector<curve> shown;
  if (most_cpu)
    shown.push_back(cpu);
  if (most_disk)
    shown.push_back(disk);
  return svg(inside, words, "spark") + "<div class=\"under\">" + legend(shown) + "<span>In the samples around it: " + words
         + "</span></div>";
}

} // namespace pmactor::report
