#include "app/render_report.hpp"

#include "actors/notifier/word_notice.hpp"
#include "app/escape.hpp"
#include "messages/pause.hpp"
#include "messages/quote.hpp"
#include "messages/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string_view>
#include <utility>

namespace pmactor {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t longest_name = 120;
constexpr std::size_t longest_text = 600;
constexpr std::size_t most_lines = 400; ///< Of a file.
constexpr std::size_t most_suspects = 8;
constexpr std::size_t most_items = 40; ///< Of any list.
constexpr double plot_width = 1000, plot_height = 100;

// ---- texts ----------------------------------------------------------------------------------------

/// @returns the text as it stands between tags and within quotes, whatever it holds.
std::string html(std::string_view text, std::size_t most = longest_text) {
  const auto shown = cut_text(text, most);
  return without_markup(escaped(shown)) + (shown.size() < text.size() ? "…" : "");
}

/// @returns a name of somebody else's choosing, kept from turning the text around it.
std::string name_of(std::string_view text) {
  return "<bdi>" + html(text, longest_name) + "</bdi>";
}

std::string number(double x, int decimals = 0) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, std::clamp(x, -1e15, 1e15));
  return text.data();
}

std::string span(std::optional<double> seconds) {
  if (!seconds || !(*seconds >= 0) || *seconds > 1e9)
    return "unknown";
  return spelled(std::chrono::nanoseconds{std::llround(*seconds * 1e9)});
}

std::string bytes_text(double x) {
  if (x >= 1e9)
    return number(x / 1e9, x < 1e10 ? 1 : 0) + " GB";
  if (x >= 1e6)
    return number(x / 1e6, x < 1e7 ? 1 : 0) + " MB";
  if (x >= 1e3)
    return number(x / 1e3, x < 1e4 ? 1 : 0) + " kB";
  return number(x) + " bytes";
}

std::string local_time(std::optional<double> when, const char* format) {
  if (!when || !(std::abs(*when) < 1e11))
    return "unknown";
  const auto whole = static_cast<std::time_t>(std::floor(*when));
  std::tm broken{};
  std::array<char, 96> text{};
  if (::localtime_r(&whole, &broken) == nullptr
      || std::strftime(text.data(), text.size(), format, &broken) == 0)
    return "unknown";
  return text.data();
}

std::string zone_of(std::optional<double> when) {
  auto text = local_time(when, "%z");
  if (text.size() == 5)
    text.insert(3, ":");
  return text == "unknown" ? "" : "UTC" + text;
}

json parsed(const std::string& text) {
  auto result = json::parse(text, nullptr, false);
  return result.is_discarded() ? json{} : result;
}

std::string text_at(const json& object, const char* key) {
  if (!object.is_object())
    return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<double> number_at(const json& object, const char* key) {
  if (!object.is_object())
    return std::nullopt;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number())
    return std::nullopt;
  const auto x = found->get<double>();
  return std::isfinite(x) ? std::optional{x} : std::nullopt;
}

json list_at(const json& object, const char* key) {
  if (!object.is_object())
    return json::array();
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? *found : json::array();
}

// ---- the event in words -----------------------------------------------------------------------------

confidence confidence_of(const event_row& x) {
  return x.confidence == "high"     ? confidence::high
         : x.confidence == "medium" ? confidence::medium
                                    : confidence::low;
}

/// @returns the sentence that a message says of it.
notice_message words_of(const report_facts& facts) {
  const auto& x = facts.event;
  const auto length = std::chrono::nanoseconds{
    std::llround(std::clamp(x.duration.value_or(0), 0.0, 1e9) * 1e9)};
  notice told;
  if (x.kind == "critical") {
    told.kind = notice_kind::critical;
    stress_alert alert;
    alert.lasted = length;
    told.stress = alert;
    return word_notice(told);
  }
  told.pauses = 1;
  event_record record;
  record.event.duration = length;
  record.event.cause = pause_cause_from(x.cause).value_or(pause_cause::unexplained);
  record.event.sure = confidence_of(x);
  record.event.scope = x.scope == "daemon_only" ? pause_scope::daemon_only
                       : x.scope == "system"    ? pause_scope::system
                                                : pause_scope::unknown;
  told.longest = std::move(record);
  return word_notice(told);
}

std::string headline_of(const report_facts& facts) {
  if (facts.event.kind == "sleep")
    return "Asleep for " + span(facts.event.duration);
  return words_of(facts).title;
}

/// @returns the sentence with a capital letter, unless it starts with our own name.
std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z' && !text.starts_with("pmactor"))
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string scope_words(const event_row& x) {
  if (x.scope == "daemon_only")
    return "alone; the machine ran on";
  if (x.scope == "system")
    return "not pmactor alone";
  return "no second witness";
}

struct line_style {
  const char* key;
  const char* name;
  const char* colour; ///< The name of a CSS variable.
};

constexpr std::array<line_style, pause_causes> ledger_styles{{
  {"asleep", "Asleep", "--slate"},
  {"stopped", "Stopped by a signal", "--violet"},
  {"frozen", "Control group frozen", "--sky"},
  {"cpu_wait", "Waited for a CPU", "--orange"},
  {"quota", "CPU quota used up", "--amber"},
  {"io", "Waited for a disk", "--teal"},
  {"memory", "Waited for memory", "--plum"},
  {"stolen", "Taken by the hypervisor", "--red"},
  {"own_work", "pmactor's own work", "--green"},
  {"unexplained", "Unexplained", "--slate"},
}};

line_style style_of(const std::string& key) {
  for (const auto& x : ledger_styles)
    if (key == x.key)
      return x;
  return {"", "", "--slate"};
}

// ---- charts -----------------------------------------------------------------------------------------
// Each is an SVG that stretches with the page, so it holds lines only; every word stands beside it as HTML
// and keeps its size on a phone.

struct time_axis {
  double from = 0, to = 1;           ///< Unix seconds.
  double pause_from = 0, pause_to = 0;

  double share(double at) const {
    return std::clamp((at - from) / (to - from), 0.0, 1.0);
  }
  double x(double at) const {
    return share(at) * plot_width;
  }
};

struct curve {
  const char* name;
  const char* colour;
  bool dashed = false;
  bool filled = false;
  std::vector<std::pair<double, std::optional<double>>> points; ///< Unix seconds and value.
};

double y_of(double value, double full) {
  return plot_height - std::clamp(value / full, 0.0, 1.0) * (plot_height - 2) - 1;
}

std::string xy(double x, double y) {
  return number(x, 1) + ',' + number(y, 1);
}

/// @returns from how many seconds on two samples have a gap between them.
double gap_of(const curve& x) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < x.points.size(); ++i)
    steps.push_back(x.points[i].first - x.points[i - 1].first);
  if (steps.empty())
    return 1;
  std::nth_element(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2), steps.end());
  return std::max(6.5, 2.5 * steps[steps.size() / 2]);
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
      line += (line.empty() ? "M" : " L") + xy(axis.x(at), y_of(value, full));
    if (run.size() == 1) // a dot
      line += " l0.1,0";
    const auto colour = std::string{"var("} + x.colour + ')';
    if (x.filled && run.size() > 1)
      result += "<path d=\"" + line + " L" + xy(axis.x(run.back().first), plot_height) + " L"
                + xy(axis.x(run.front().first), plot_height) + " Z\" fill=\"" + colour
                + "\" fill-opacity=\".16\"/>";
    result += "<path class=\"l" + std::string{x.dashed ? " d" : ""} + "\" d=\"" + line + "\" stroke=\"" + colour
              + "\"/>";
    run.clear();
  };
  const auto gap = gap_of(x);
  for (const auto& [at, value] : x.points) {
    const bool across = !run.empty()
                        && (at - run.back().first > gap
                            || (run.back().first <= axis.pause_from && at >= axis.pause_to
                                && axis.pause_to - axis.pause_from > 1));
    if (across || !value)
      flush();
    if (value && at >= axis.from && at <= axis.to)
      run.emplace_back(at, *value);
  }
  flush();
  return result;
}

std::string band(const time_axis& axis) {
  const auto left = axis.x(axis.pause_from);
  const auto width = std::max(axis.x(axis.pause_to) - left, 3.0);
  return "<rect class=\"p\" x=\"" + number(left, 1) + "\" y=\"0\" width=\"" + number(width, 1)
         + "\" height=\"100\"/>";
}

std::string grid() {
  return "<path class=\"g\" d=\"M0,25 H1000 M0,50 H1000 M0,75 H1000\"/>";
}

/// @param says what a person who does not see it is told.
std::string svg(const std::string& inside, const std::string& says, const char* kind) {
  return std::string{"<svg class=\""} + kind
         + "\" viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"" + html(says)
         + "\"><title>" + html(says) + "</title>" + inside + "</svg>";
}

std::string legend(const std::vector<curve>& curves) {
  std::string result = "<ul class=\"legend\">";
  for (const auto& x : curves)
    result += std::string{"<li><i class=\""} + (x.dashed ? "d" : "") + "\" style=\"--c:var(" + x.colour
              + ")\"></i>" + x.name + "</li>";
  return result + "</ul>";
}

std::optional<double> highest(const curve& x, double from, double to) {
  std::optional<double> result;
  for (const auto& [at, value] : x.points)
    if (value && at >= from && at <= to)
      result = std::max(result.value_or(*value), *value);
  return result;
}

/// @returns a round number at or above x: 1, 2 or 5 times a power of ten.
double round_up(double x) {
  if (!(x > 0))
    return 1;
  const auto power = std::pow(10, std::floor(std::log10(x)));
  for (const double step : {1.0, 2.0, 5.0, 10.0})
    if (x <= step * power * 1.0001)
      return step * power;
  return 10 * power;
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
           + "</b><span class=\"scale\">not told by this machine</span></figcaption></figure>";
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
  return "<figure><figcaption><b>" + std::string{title} + "</b>" + legend(curves) + "<span class=\"scale\">"
         + unit(scale) + "</span></figcaption>" + svg(inside, says, "plot") + "</figure>";
}

std::string percent_unit(double x) {
  return number(x) + "\u202F%";
}
std::string rate_unit(double x) {
  if (x < 1)
    return "0";
  return bytes_text(x) + "/s";
}

template <class T>
curve curve_of(const char* name, const char* colour, const std::vector<report_second>& seconds, T value,
               bool dashed = false, bool filled = false) {
  curve result{name, colour, dashed, filled, {}};
  for (const auto& x : seconds)
    result.points.emplace_back(x.at, x.*value);
  return result;
}

/// The stress as areas on top of each other.
std::string stress_panel(const std::vector<report_second>& seconds, const time_axis& axis) {
  struct part {
    const char* name;
    const char* colour;
    std::optional<double> report_second::* value;
  };
  static constexpr std::array<part, 5> parts{{{"load", "--orange", &report_second::load},
                                              {"memory", "--plum", &report_second::memory},
                                              {"thermal", "--red", &report_second::thermal},
                                              {"late timers", "--sky", &report_second::latency},
                                              {"disk", "--teal", &report_second::io}}};
  std::string inside = grid() + band(axis);
  std::vector<curve> shown;
  double most = 0;
  std::vector<double> base(seconds.size(), 0);
  for (const auto& one : parts) {
    auto top = base;
    bool any = false;
    double peak = 0;
    for (std::size_t i = 0; i < seconds.size(); ++i)
      if (const auto& value = seconds[i].*one.value) {
        any = true;
        top[i] = base[i] + std::max(0.0, *value);
        peak = std::max(peak, *value);
      }
    if (any)
      shown.push_back({one.name, one.colour, false, false, {}});
    // A polygon for each stretch without a gap.
    std::size_t begin = 0;
    while (peak > 0 && begin < seconds.size()) {
      auto end = begin + 1;
      while (end < seconds.size() && seconds[end].at - seconds[end - 1].at <= 6.5
             && !(seconds[end - 1].at <= axis.pause_from && seconds[end].at >= axis.pause_to
                  && axis.pause_to - axis.pause_from > 1))
        ++end;
      std::string upper, lower;
      for (std::size_t i = begin; i < end; ++i)
        upper += (i == begin ? "M" : " L") + xy(axis.x(seconds[i].at), y_of(top[i], 100));
      for (std::size_t i = end; i > begin; --i)
        lower += " L" + xy(axis.x(seconds[i - 1].at), y_of(base[i - 1], 100));
      if (end - begin > 1)
        inside += "<path class=\"a\" d=\"" + upper + lower + " Z\" fill=\"var(" + one.colour + ")\"/>";
      begin = end;
    }
    base = std::move(top);
  }
  for (const auto x : base)
    most = std::max(most, x);
  if (shown.empty())
    return {};
  return "<figure><figcaption><b>Stress</b>" + legend(shown) + "<span class=\"scale\">100 points</span></figcaption>"
         + svg(inside, "Stress by its parts, up to " + number(std::min(most, 100.0)) + " of 100 points.", "plot")
         + "</figure>";
}

/// The marks below the charts: the seconds before and after the pause began.
std::string axis_marks(const time_axis& axis) {
  const auto width = axis.to - axis.from;
  double step = 10;
  for (const double x : {1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 14400.0, 86400.0})
    if (width / (step = x) <= 7)
      break;
  std::string result = "<div class=\"axis\" aria-hidden=\"true\">";
  const auto words = [](double s) {
    const auto size = std::abs(s);
    return std::string{s < 0 ? "−" : "+"}
           + (size < 120 ? number(size) + "\u202Fs" : size < 7200 ? number(size / 60) + "\u202Fmin"
                                                                 : number(size / 3600) + "\u202Fh");
  };
  for (auto i = static_cast<int>(std::ceil((axis.from - axis.pause_from) / step)); i <= 40; ++i) {
    const auto at = axis.pause_from + i * step;
    if (at > axis.to)
      break;
    const auto share = axis.share(at) * 100;
    if (share > 96 || share < 3)
      continue;
    result += "<span style=\"left:" + number(share, 2) + "%\">" + (i == 0 ? "0" : words(i * step)) + "</span>";
  }
  return result + "</div>";
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
    axis.from = std::min(facts.seconds.front().at, axis.pause_from - 5);
    axis.to = std::max(facts.seconds.back().at, axis.pause_to + 5);
  }
  return axis;
}

/// @returns as many as a chart can show, each with the highest value of those that it stands for.
std::vector<report_second> thinned(const std::vector<report_second>& all) {
  constexpr std::size_t most = 600;
  const auto step = all.size() / most + 1;
  std::vector<report_second> result;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % step == 0) {
      result.push_back(all[i]);
      continue;
    }
    using field = std::optional<double> report_second::*;
    for (const field x : {&report_second::load, &report_second::memory, &report_second::thermal,
                          &report_second::latency, &report_second::io, &report_second::cpu_pct,
                          &report_second::psi_cpu_some, &report_second::psi_mem_some,
                          &report_second::psi_mem_full, &report_second::psi_io_some,
                          &report_second::psi_io_full, &report_second::io_read, &report_second::io_write})
      if (all[i].*x)
        result.back().*x = std::max(result.back().*x, all[i].*x);
  }
  return result;
}

std::string timeline(const report_facts& facts, const time_axis& axis) {
  if (facts.seconds.empty())
    return "<p class=\"none\">No samples around it were kept.</p>";
  const auto s = thinned(facts.seconds);
  const auto middle = (axis.share(axis.pause_from) + axis.share(axis.pause_to)) * 50;
  std::string result = "<div class=\"charts\"><div class=\"flag\" style=\"--at:" + number(middle, 2)
                       + "%\"><span>" + span(facts.event.duration) + "</span></div>";
  result += stress_panel(s, axis);
  result += panel("Processors", {curve_of("busy", "--orange", s, &report_second::cpu_pct, false, true)}, 100,
                  axis, percent_unit);
  result += panel("Pressure",
                  {curve_of("CPU", "--orange", s, &report_second::psi_cpu_some),
                   curve_of("disk, some", "--teal", s, &report_second::psi_io_some, true),
                   curve_of("disk, all", "--teal", s, &report_second::psi_io_full),
                   curve_of("memory, some", "--plum", s, &report_second::psi_mem_some, true),
                   curve_of("memory, all", "--plum", s, &report_second::psi_mem_full)},
                  100, axis, percent_unit);
  result += panel("Disk",
                  {curve_of("written", "--teal", s, &report_second::io_write, false, true),
                   curve_of("read", "--sky", s, &report_second::io_read)},
                  std::nullopt, axis, rate_unit);
  result += axis_marks(axis) + "</div>";
  return result + "<p class=\"note\">The shaded stretch is the event itself. Pressure is the share of each second "
                  "in which tasks waited: some of them, or all at once.</p>";
}

// ---- sections -----------------------------------------------------------------------------------------

std::string section(const char* id, const char* title, const std::string& inside) {
  return std::string{"<section aria-labelledby=\""} + id + "\"><h2 id=\"" + id + "\">" + title + "</h2>" + inside
         + "</section>\n";
}

std::string fact(const char* what, const std::string& value, const std::string& more = {}) {
  return std::string{"<div><dt>"} + what + "</dt><dd>" + value
         + (more.empty() ? "" : "<small>" + more + "</small>") + "</dd></div>";
}

std::string facts_grid(const report_facts& facts) {
  const auto& x = facts.event;
  std::string result = "<dl class=\"facts\">";
  result += fact("Lasted", html(span(x.duration)),
                 x.uncertainty.value_or(0) > 0 ? "give or take " + html(span(x.uncertainty)) : "");
  if (x.kind == "pause") {
    const auto cause = pause_cause_from(x.cause);
    result += fact("Cause", html(cause ? capitalised(cause_in_words(*cause, confidence_of(x))) : "Unknown"),
                   x.confidence.empty() ? "" : html(x.confidence) + " confidence");
    result += fact("Who was paused", x.scope == "daemon_only" ? "pmactor" : x.scope == "system" ? "The machine" : "Not known",
                   html(scope_words(x)));
    if (x.latency_ratio && x.expected)
      result += fact("Late", number(*x.latency_ratio) + " times", "the expected " + html(span(x.expected)));
    if (x.asleep.value_or(0) > 0)
      result += fact("Asleep", html(span(x.asleep)), "beside it, not counted");
  }
  if (x.stress_total)
    result += fact("Stress before", number(*x.stress_total), "of 100 points");
  return result + "</dl>";
}

std::string ledger_section(const event_row& x) {
  const auto book = parsed(x.ledger);
  const auto evidence = parsed(x.evidence);
  const auto duration = x.duration.value_or(0);
  if (!book.is_object() || book.empty() || !(duration > 0))
    return {};
  std::vector<std::pair<std::string, double>> lines;
  for (const auto& [line, seconds] : book.items())
    if (lines.size() < most_items && seconds.is_number() && seconds.get<double>() > 0)
      lines.emplace_back(line, std::min(seconds.get<double>(), duration));
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string stack, list;
  for (const auto& [line, seconds] : lines) {
    const auto style = style_of(line);
    const auto share = seconds / duration * 100;
    const std::string name = *style.name ? std::string{style.name} : html(line, longest_name);
    const auto colour = std::string{"style=\"--c:var("} + style.colour + ");--w:" + number(share, 2) + "%\"";
    stack += "<i " + colour + "></i>";
    list += "<li " + colour + "><div class=\"row\"><span class=\"what\">" + name + "</span><span class=\"long\">"
            + html(span(seconds)) + "</span><span class=\"share\">" + number(share, share < 10 ? 1 : 0)
            + "\u202F%</span></div><div class=\"bar\"><i></i></div>";
    for (const auto& one : evidence.is_array() ? evidence : json::array())
      if (text_at(one, "line") == line)
        list += "<p>" + html(text_at(one, "says")) + "</p>";
    list += "</li>";
  }
  return section("ledger", "Where the time went",
                 "<div class=\"stack\" aria-hidden=\"true\">" + stack + "</div><ol class=\"ledger\">" + list + "</ol>");
}

/// A small chart of one suspect.
std::string spark(const report_suspect& x, const time_axis& axis) {
  curve cpu{"CPU", "--orange", false, true, {}}, disk{"disk", "--teal", false, false, {}};
  for (const auto& point : x.curve) {
    cpu.points.emplace_back(point.at, point.cpu_pct);
    disk.points.emplace_back(point.at, point.io);
  }
  const auto most_cpu = highest(cpu, axis.from, axis.to), most_disk = highest(disk, axis.from, axis.to);
  if (!most_cpu && !most_disk)
    return "<p class=\"none\">It is in no sample around the event.</p>";
  std::string words, inside = band(axis);
  const auto add = [&](const curve& one, std::optional<double> most, double least_top, const std::string& text) {
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
  return svg(inside, words, "spark") + "<div class=\"under\">" + legend(shown) + "<span>" + words + "</span></div>";
}

std::string suspects_section(const report_facts& facts, const time_axis& axis) {
  if (facts.event.kind == "sleep")
    return {};
  if (facts.suspects.empty())
    return section("suspects", "Suspects",
                   facts.event.cause == "stopped" || facts.event.cause == "frozen"
                     ? "<p class=\"none\">Nobody: whoever is busy has no part in such a stop.</p>"
                     : "<p class=\"none\">Nobody was busy enough to be suspected.</p>");
  std::string list;
  for (const auto& x : facts.suspects) {
    list += "<li><h3>" + name_of(x.name.empty() ? "(no name)" : x.name) + " <span>process "
            + std::to_string(x.pid) + "</span></h3>";
    if (!x.reason.empty())
      list += "<p>" + html(x.reason) + "</p>";
    list += spark(x, axis) + "</li>";
  }
  return section("suspects", "Suspects, the likeliest first", "<ol class=\"suspects\">" + list + "</ol>");
}

std::string noticed_section(const event_row& x) {
  const auto evidence = parsed(x.evidence);
  std::string list;
  std::size_t count = 0;
  for (const auto& one : evidence.is_array() ? evidence : json::array())
    if (one.is_object() && !one.contains("line") && !text_at(one, "says").empty() && ++count <= most_items)
      list += "<li>" + html(text_at(one, "says")) + "</li>";
  return list.empty() ? list : section("noticed", "Also noticed", "<ul class=\"plain\">" + list + "</ul>");
}

/// @returns the text of a file, line by line.
std::string excerpt(const report_file& x) {
  std::string result;
  std::size_t lines = 0, begin = 0;
  const std::string_view text = x.text;
  while (begin < text.size() && lines < most_lines) {
    auto end = text.find('\n', begin);
    if (end == text.npos)
      end = text.size();
    auto line = std::string{text.substr(begin, end - begin)};
    if (!line.empty() && line.back() == '\r')
      line.pop_back();
    for (std::size_t at = 0; (at = line.find('\t', at)) != line.npos; at += 4)
      line.replace(at, 1, "    ");
    result += html(line, 400) + '\n';
    begin = end + 1;
    ++lines;
  }
  const bool cut = begin < text.size() || x.text.size() < x.bytes;
  return "<pre tabindex=\"0\">" + result + "</pre>"
         + (cut ? "<p class=\"note\">Only its beginning; all " + bytes_text(static_cast<double>(x.bytes))
                    + " are in the file.</p>"
                : "");
}

/// The processes that were captured, those that waited for the kernel and the busiest first.
std::string process_table(const json& all) {
  constexpr std::size_t most_rows = 30;
  std::vector<std::pair<double, const json*>> ranked;
  for (const auto& x : all) {
    if (!x.is_object() || ranked.size() > 20000)
      continue;
    const auto io = number_at(x, "read_rate").value_or(0) + number_at(x, "write_rate").value_or(0);
    ranked.emplace_back((text_at(x, "state") == "D" ? 1000 : 0) + number_at(x, "cpu_pct").value_or(0) + io / 1e6, &x);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string rows;
  for (std::size_t i = 0; i < std::min(most_rows, ranked.size()); ++i) {
    const auto& x = *ranked[i].second;
    const auto cell = [&rows](const std::optional<double>& value, std::string (*unit)(double)) {
      rows += "<td>" + (value ? unit(*value) : "") + "</td>";
    };
    rows += "<tr><th scope=\"row\">" + name_of(text_at(x, "name")) + "</th><td>"
            + number(number_at(x, "pid").value_or(0)) + "</td><td>" + html(text_at(x, "state"), 8) + "</td>";
    cell(number_at(x, "cpu_pct"), percent_unit);
    cell(number_at(x, "memory"), [](double bytes) { return bytes < 1 ? std::string{"0"} : bytes_text(bytes); });
    cell(number_at(x, "read_rate"), rate_unit);
    cell(number_at(x, "write_rate"), rate_unit);
    rows += "<td class=\"in\">" + html(text_at(x, "waits_in"), 60) + "</td></tr>";
  }
  return "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Processes\"><table><thead><tr>"
         "<th scope=\"col\">Process</th><th scope=\"col\">PID</th><th scope=\"col\">State</th>"
         "<th scope=\"col\">CPU</th><th scope=\"col\">Memory</th><th scope=\"col\">Read</th>"
         "<th scope=\"col\">Written</th><th scope=\"col\">Waits in</th></tr></thead><tbody>"
         + rows + "</tbody></table></div>"
         + (ranked.size() > most_rows ? "<p class=\"note\">The first " + std::to_string(most_rows) + " of "
                                           + std::to_string(ranked.size()) + " processes: those that waited for the "
                                             "kernel, then the busiest.</p>"
                                       : "");
}

/// @returns what a reader sees of a file.
std::string content_of(const report_file& x) {
  if (x.name == "processes.json")
    if (const auto list = list_at(parsed(x.text), "processes"); !list.empty())
      return process_table(list);
  return excerpt(x);
}

const report_file* file_named(const report_facts& facts, const std::string& name) {
  for (const auto& x : facts.files)
    if (!name.empty() && x.name == name)
      return &x;
  return nullptr;
}

std::string artifact_item(const report_facts& facts, const json& one) {
  const auto status = text_at(one, "status");
  const auto says = text_at(one, "says");
  const auto* file = file_named(facts, text_at(one, "file"));
  std::string words = status == "ok"        ? "captured"
                      : status == "timed_out" ? "took too long"
                      : status == "skipped"   ? "skipped"
                      : status == "failed"    ? "failed"
                                              : html(status, 20);
  const std::string mark = status == "ok" ? "ok" : status == "skipped" ? "skipped" : "failed";
  auto name = text_at(one, "name");
  std::replace(name.begin(), name.end(), '_', ' ');
  std::string head = "<span class=\"what\">" + html(name, longest_name) + "</span><span class=\"pill "
                     + mark + "\">" + words + "</span><span class=\"size\">";
  if (const auto bytes = number_at(one, "bytes"); bytes && *bytes > 0)
    head += html(bytes_text(*bytes));
  head += "</span><span class=\"took\">" + (status == "skipped" ? "" : html(span(number_at(one, "took")))) + "</span>";
  if (!says.empty())
    head += "<span class=\"says\">" + html(says) + "</span>";
  if (file == nullptr || file->text.empty())
    return "<li><div class=\"head\">" + head + "</div></li>";
  return "<li><details><summary class=\"head\">" + head + "</summary>" + content_of(*file) + "</details></li>";
}

std::string capture_section(const report_facts& facts) {
  const auto capture = parsed(facts.capture);
  if (!capture.is_object())
    return section("evidence", "What was captured",
                   facts.event.kind == "sleep" ? "<p class=\"none\">Nothing is captured of a sleep.</p>"
                                               : "<p class=\"none\">No evidence was captured of this event.</p>");
  std::string inside;
  if (const auto why = text_at(capture, "why"); !why.empty())
    inside += "<p class=\"none\">" + html(why) + "</p>";
  std::string findings;
  std::size_t count = 0;
  for (const auto& one : list_at(capture, "findings"))
    if (one.is_string() && ++count <= most_items)
      findings += "<li>" + html(one.get<std::string>()) + "</li>";
  if (!findings.empty())
    inside += "<ul class=\"findings\">" + findings + "</ul>";
  std::string artifacts;
  count = 0;
  for (const auto& one : list_at(capture, "artifacts"))
    if (one.is_object() && ++count <= most_items)
      artifacts += artifact_item(facts, one);
  if (!artifacts.empty())
    inside += "<ul class=\"artifacts\">" + artifacts + "</ul>";
  if (!facts.event.event_dir.empty())
    inside += "<p class=\"note\">The files lie in <code>" + html(facts.event.event_dir) + "</code> of the data folder.</p>";
  const auto bill = capture.find("bill");
  if (text_at(capture, "status") != "skipped" && bill != capture.end() && bill->is_object())
    inside += "<p class=\"bill\"><b>What it cost to look:</b> " + html(span(number_at(*bill, "took"))) + ", "
              + html(span(number_at(*bill, "cpu"))) + " of CPU time, "
              + html(bytes_text(std::max(0.0, number_at(*bill, "bytes").value_or(0)))) + " on disk.</p>";
  return section("evidence", "What was captured", inside);
}

constexpr std::string_view style = R"css(
:root{color-scheme:light dark;--paper:#faf9f7;--card:#fff;--ink:#1d1c1a;--soft:#66625c;--line:#e4e0d9;
--pause:#b8321a;--orange:#c9641c;--plum:#8d4bb5;--red:#c13350;--sky:#2f74b8;--teal:#17806b;--amber:#a97b00;
--green:#4b8a2a;--violet:#5a55c9;--slate:#7d8187}
@media (prefers-color-scheme:dark){:root{--paper:#131315;--card:#1b1b1e;--ink:#ecebe8;--soft:#a19e98;
--line:#303034;--pause:#ff7c5f;--orange:#f09a56;--plum:#c492ea;--red:#f4809a;--sky:#79b3f0;--teal:#56c9ae;
--amber:#e0b64a;--green:#94cf6c;--violet:#a5a1ff;--slate:#9aa0a8}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",
Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main,header,footer{max-width:60rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem)}
header{padding-top:clamp(1.75rem,6vw,4rem)}
.kind{color:var(--soft);font-size:.875rem;margin:0}
.kind b{color:var(--pause);font-weight:600}
h1{font-size:clamp(1.75rem,5.4vw,2.9rem);line-height:1.12;letter-spacing:-.022em;font-weight:680;
margin:.4rem 0 .6rem;text-wrap:balance}
.lede{font-size:clamp(1.05rem,2.4vw,1.25rem);margin:0 0 .35rem}
.when{color:var(--soft);margin:0}
h2{font-size:1.2rem;letter-spacing:-.01em;font-weight:650;margin:0 0 1rem}
section{margin-top:clamp(2.25rem,6vw,3.5rem)}
small,.note,.none{color:var(--soft)}
.note{font-size:.875rem;margin:.75rem 0 0;max-width:44rem}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.8125rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1px;background:var(--card);
border:1px solid var(--line);border-radius:.75rem;overflow:hidden;margin:1.75rem 0 0}
.facts div{box-shadow:0 0 0 1px var(--line);padding:.85rem 1rem}
.facts dt{color:var(--soft);font-size:.8125rem}
.facts dd{margin:.1rem 0 0;font-weight:600;line-height:1.35}
.facts small{display:block;font-weight:400;font-size:.8125rem}
.charts{position:relative;background:var(--card);border:1px solid var(--line);border-radius:.75rem;
padding:2.4rem clamp(.75rem,2.5vw,1.25rem) .75rem}
figure{margin:0 0 1.1rem}
figcaption{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem .9rem;font-size:.8125rem;margin-bottom:.3rem}
figcaption b{font-weight:620}
.scale{margin-left:auto;color:var(--soft)}
.legend{display:flex;flex-wrap:wrap;gap:.05rem .8rem;list-style:none;margin:0;padding:0;color:var(--soft)}
.legend i{display:inline-block;width:.85rem;height:0;border-top:.2rem solid var(--c);border-radius:2px;
vertical-align:middle;margin-right:.35rem}
.legend i.d{border-top-style:dotted}
svg{display:block;width:100%;overflow:visible}
.plot{height:clamp(4.25rem,12vw,6.5rem);border-bottom:1px solid var(--line)}
.spark{height:2.75rem;border-bottom:1px solid var(--line)}
.l{fill:none;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}
.l.d{stroke-dasharray:1.5 3.5}
.a{fill-opacity:.78}
.g{stroke:var(--line);stroke-width:1;vector-effect:non-scaling-stroke;fill:none}
.p{fill:var(--pause);fill-opacity:.2}
.flag{position:absolute;top:.7rem;left:clamp(.75rem,2.5vw,1.25rem);right:clamp(.75rem,2.5vw,1.25rem);height:1.4rem}
.flag span{position:absolute;left:clamp(1.8rem,var(--at),calc(100% - 1.8rem));transform:translateX(-50%);
background:var(--pause);color:var(--card);font-size:.75rem;font-weight:650;line-height:1.4rem;padding:0 .5rem;
border-radius:.7rem;white-space:nowrap}
.axis{position:relative;height:1.3rem;font-size:.75rem;color:var(--soft);margin-top:-.6rem}
.axis span{position:absolute;transform:translateX(-50%);white-space:nowrap}
.stack{display:flex;height:.9rem;border-radius:.45rem;overflow:hidden;background:var(--line);margin-bottom:1.25rem}
.stack i{width:var(--w);background:var(--c);border-right:2px solid var(--paper)}
.stack i:last-child{border:0}
ol,ul{padding:0;margin:0;list-style:none}
.ledger li{padding:.7rem 0;border-top:1px solid var(--line)}
.ledger li:first-child{border:0;padding-top:0}
.row{display:flex;gap:.75rem;align-items:baseline}
.what{font-weight:600;flex:1}
.share,.size,.took{color:var(--soft)}
.share{min-width:3.6rem;text-align:right}
.bar{height:.4rem;margin:.35rem 0 0;border-radius:.2rem;background:var(--line)}
.bar i{display:block;height:100%;width:max(var(--w),3px);background:var(--c);border-radius:.2rem}
.ledger p,.suspects p{margin:.4rem 0 0;color:var(--soft);font-size:.9375rem}
.suspects{counter-reset:n;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr));gap:1rem}
.suspects>li{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem 1.1rem;min-width:0}
h3{font-size:1.02rem;font-weight:650;margin:0}
h3::before{counter-increment:n;content:counter(n);color:var(--soft);font-weight:500;margin-right:.6rem}
h3 span{color:var(--soft);font-weight:400;font-size:.8125rem;white-space:nowrap}
.suspects svg{margin-top:.8rem}
.under{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 .8rem;font-size:.8125rem;color:var(--soft);margin-top:.35rem}
.plain li{padding:.4rem 0 .4rem 1rem;border-left:3px solid var(--line);margin-bottom:.4rem}
.findings li{padding:.55rem 0 .55rem 1rem;border-left:3px solid var(--teal);margin-bottom:.5rem}
.artifacts{border:1px solid var(--line);border-radius:.75rem;background:var(--card);margin-top:1.25rem;overflow:hidden}
.artifacts>li+li{border-top:1px solid var(--line)}
.head{display:grid;grid-template-columns:minmax(0,1fr) 7.5rem 5.5rem 5rem 1rem;gap:.1rem .75rem;align-items:baseline;
padding:.65rem 1rem;font-size:.9375rem}
.size,.took{text-align:right;font-size:.875rem}
.says{grid-column:1/-1;color:var(--soft);font-size:.875rem}
summary{cursor:pointer;list-style:none;position:relative}
summary::-webkit-details-marker{display:none}
summary::after{content:"";position:absolute;right:1rem;top:1.1rem;width:.45rem;height:.45rem;
border-right:1.5px solid var(--soft);border-bottom:1.5px solid var(--soft);transform:rotate(45deg)}
details[open] summary::after{transform:rotate(225deg);top:1.3rem}
.wide:focus-visible,summary:focus-visible,pre:focus-visible{outline:2px solid var(--sky);outline-offset:-2px}
.pill{justify-self:start;font-size:.75rem;font-weight:600;border:1px solid currentColor;border-radius:.7rem;padding:0 .5rem;
line-height:1.3rem;white-space:nowrap}
.ok{color:var(--teal)}.skipped{color:var(--soft)}.failed{color:var(--red)}
pre{margin:0;padding:.9rem 1rem;max-height:26rem;overflow:auto;background:var(--paper);border-top:1px solid var(--line);
line-height:1.45;overflow-wrap:normal}
.wide{overflow-x:auto;border-top:1px solid var(--line)}
table{border-collapse:collapse;font-size:.8125rem;width:100%}
th,td{text-align:right;padding:.3rem .6rem;white-space:nowrap;border-bottom:1px solid var(--line);font-weight:400}
thead th{color:var(--soft)}th:first-child,td.in,th:last-child{text-align:left}th:first-child{padding-left:1rem}
tbody th{font-weight:600}tbody tr:last-child>*{border:0}
details .note{padding:0 1rem .8rem}
.bill{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:.75rem 1rem;margin:1rem 0 0;font-size:.9375rem}
.mine{border-left:3px solid var(--sky);padding:.2rem 0 .2rem 1rem;margin:1.5rem 0 0}
footer{color:var(--soft);font-size:.8125rem;margin-top:clamp(2.5rem,7vw,4rem);padding-bottom:2.5rem}
footer p{border-top:1px solid var(--line);padding-top:1rem;margin:0}
@media (max-width:34rem){.legend{order:1;flex-basis:100%}.under .legend{order:0;flex-basis:auto}
.head{grid-template-columns:minmax(0,1fr) auto auto 1rem}.took{display:none}
.facts{grid-template-columns:1fr 1fr}.facts div:last-child:nth-child(odd){grid-column:1/-1}}
@media (prefers-reduced-motion:no-preference){summary::after{transition:transform .15s}}
@media print{:root{--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--pause:#b8321a;--orange:#c9641c;
--plum:#8d4bb5;--red:#c13350;--sky:#2f74b8;--teal:#17806b;--amber:#a97b00;--green:#4b8a2a;--violet:#5a55c9;--slate:#7d8187}
body{font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
main,header,footer{max-width:none;padding-left:0;padding-right:0}header{padding-top:0}
section{margin-top:1.6rem}h2{break-after:avoid}figure,.suspects>li,.ledger li,.artifacts>li,.bill,.facts{break-inside:avoid}
h1{font-size:22pt}.plot{height:3.5rem}.charts{break-inside:avoid;padding-top:2.1rem}figure{margin-bottom:.7rem}
.findings li,.plain li{break-inside:avoid}.suspects{grid-template-columns:1fr 1fr}.head{padding:.35rem 1rem}
pre{max-height:none;white-space:pre-wrap;overflow-wrap:anywhere}summary::after{display:none}}
@page{margin:16mm}
)css";

} // namespace

std::vector<report_suspect> suspects_of(const event_row& event) {
  std::vector<report_suspect> result;
  const auto culprits = parsed(event.culprits);
  for (const auto& one : culprits.is_array() ? culprits : json::array()) {
    if (result.size() == most_suspects)
      break;
    if (!one.is_object())
      continue;
    report_suspect x;
    if (const auto pid = one.find("pid"); pid != one.end() && pid->is_number_integer())
      x.pid = pid->get<std::int64_t>();
    x.start_time = number_at(one, "start_time");
    x.name = text_at(one, "name");
    x.reason = text_at(one, "reason");
    result.push_back(std::move(x));
  }
  return result;
}

std::string render_report(const report_facts& facts) {
  const auto& event = facts.event;
  const auto headline = headline_of(facts);
  const auto axis = axis_of(facts);
  const auto day = local_time(event.started, "%A, %-d %B %Y");
  std::string kind = event.kind == "pause"      ? "Pause"
                     : event.kind == "sleep"    ? "Sleep"
                     : event.kind == "critical" ? "Critical stress"
                                                : "Event";
  kind += ' ' + std::to_string(event.id);
  std::string result
    = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n<title>"
      + html(kind + ": " + headline) + "</title>\n<style>" + std::string{style} + "</style>\n</head>\n<body>\n";
  result += "<header><p class=\"kind\"><b>" + html(kind) + "</b>"
            + (facts.host.empty() ? "" : " on " + name_of(facts.host)) + "</p><h1>" + html(headline) + "</h1>";
  if (!facts.suspects.empty()) {
    const auto& first = facts.suspects.front();
    result += "<p class=\"lede\">The likeliest suspect is <b>" + name_of(first.name) + "</b>"
              + (first.reason.empty() ? "." : ", which " + html(first.reason) + ".") + "</p>";
  }
  result += "<p class=\"when\">" + html(day) + ", <time>" + html(local_time(event.started, "%H:%M:%S")) + "</time> to <time>"
            + html(local_time(event.ended, "%H:%M:%S")) + "</time> " + html(zone_of(event.started)) + "</p>"
            + facts_grid(facts);
  if (!event.notes.empty())
    result += "<p class=\"mine\">" + html(event.notes, 4000) + "</p>";
  result += "</header>\n<main>\n";
  result += section("timeline", "What led to it", timeline(facts, axis));
  result += ledger_section(event) + suspects_section(facts, axis) + noticed_section(event) + capture_section(facts);
  result += "</main>\n<footer><p>Written by pmactor " + html(facts.version) + " on "
            + html(local_time(facts.now, "%-d %B %Y at %H:%M")) + ". What no counter proves is called unexplained; "
              "what was not measured is left out.</p></footer>\n</body>\n</html>\n";
  return result;
}

} // namespace pmactor
