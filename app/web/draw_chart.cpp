#include "app/web/draw_chart.hpp"

#include "app/report/report_markup.hpp"
#include "app/views/event_values.hpp"
#include "app/views/outage_words.hpp"
#include "app/views/render_event.hpp"
#include "messages/pause.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <tuple>
#include <utility>

namespace pmactor::web {
namespace {

using report::html;
using report::number;
using report::round_up;

double top_of(const chart& x, const envelope& data) {
  double most = 0;
  for (const auto& line : x.lines)
    for (const auto& range : data.series[line.value])
      if (range.is_known())
        most = std::max(most, static_cast<double>(range.high));
  return most;
}

bool is_known(const chart_line& x, const envelope& data) {
  const auto& series = data.series[x.value];
  return std::any_of(series.begin(), series.end(),
                     [](const value_range& range) { return range.is_known(); });
}

/// @returns the least top of a scale: less is as good as nothing.
double least_scale(chart_unit x) {
  return x == chart_unit::bytes_per_second ? 1000 : x == chart_unit::seconds ? 0.1 : 10;
}

/// @returns the area between lowest and highest, and the mean as a line; broken where nothing is
/// known.
std::string draw_line(const chart_line& x, const envelope& data, const chart_range& range,
                      double full) {
  const auto& series = data.series[x.value];
  const auto place = [&](std::size_t k) {
    return number((data.at[k] - range.from) / (range.to - range.from) * 1000, 1);
  };
  const auto height = [full](float value) {
    return number(99 - std::clamp(static_cast<double>(value) / full, 0.0, 1.0) * 98, 1);
  };
  const auto colour = "var(" + std::string{x.colour} + ')';
  std::string area, line;
  for (std::size_t begin = 0; begin < series.size();) {
    if (!series[begin].is_known()) {
      ++begin;
      continue;
    }
    auto end = begin;
    std::string below;
    bool is_wide = false;
    while (end < series.size() && series[end].is_known()) {
      const auto at = place(end);
      line += (end == begin ? "M" : "L") + at + ',' + height(series[end].mean);
      is_wide |= series[end].high > series[end].low;
      ++end;
    }
    if (end - begin == 1) // a dot
      line += "l0.1,0";
    if (is_wide) {
      for (auto k = begin; k < end; ++k)
        area += (k == begin ? "M" : "L") + place(k) + ',' + height(series[k].high);
      for (auto k = end; k > begin; --k)
        area += "L" + place(k - 1) + ',' + height(series[k - 1].low);
      area += "Z";
    }
    begin = end;
  }
  std::string result;
  if (!area.empty())
    result = "<path d=\"" + area + "\" fill=\"" + colour + "\" fill-opacity=\".28\"/>";
  return result + "<path class=\"l\" d=\"" + line + "\" stroke=\"" + colour + "\"/>";
}

std::string draw_bands(const std::vector<chart_band>& bands, const chart_range& range) {
  std::string result;
  for (const auto& x : bands) {
    const auto place = [&range](double at) {
      return std::clamp((at - range.from) / (range.to - range.from), 0.0, 1.0) * 1000;
    };
    const auto left = place(x.from);
    result += "<rect class=\"p k-" + html(x.kind, 20) + "\" x=\"" + number(left, 1)
              + "\" y=\"0\" width=\"" + number(std::max(place(x.to) - left, 2.0), 1)
              + "\" height=\"100\"/>";
  }
  return result;
}

std::string draw_chart(const chart& x, const envelope& data, const chart_range& range,
                       const std::string& bands) {
  std::string legend, says, inside;
  const auto top = top_of(x, data);
  const auto full = x.full.value_or(round_up(std::max(top, least_scale(x.unit))));
  for (const auto& line : x.lines) {
    if (!is_known(line, data))
      continue;
    inside += draw_line(line, data, range, full);
    legend += "<li><i style=\"--c:var(" + std::string{line.colour} + ")\"></i>"
              + std::string{line.name} + "</li>";
    double most = 0;
    for (const auto& one : data.series[line.value])
      if (one.is_known())
        most = std::max(most, static_cast<double>(one.high));
    says += ' ' + std::string{line.name} + " up to " + in_words(x.unit, most) + '.';
  }
  if (inside.empty())
    return {};
  const auto label = std::string{x.title} + '.' + says;
  return "<figure id=\"chart-" + std::string{x.id} + "\"><figcaption><b>" + std::string{x.title}
         + "</b><ul class=\"legend\">" + legend + "</ul><span class=\"scale\">"
         + in_words(x.unit, full)
         + "</span></figcaption><div class=\"canvas\"><svg class=\"plot\" viewBox=\"0 0 1000 100\" "
           "preserveAspectRatio=\"none\" "
           "role=\"img\" aria-label=\""
         + html(label) + "\"><path class=\"g\" d=\"M0,25 H1000 M0,50 H1000 M0,75 H1000\"/>" + bands
         + inside + "</svg></div></figure>";
}

/// Marks at round moments of local time.
std::string axis_of_time(const chart_range& range) {
  constexpr std::array<double, 20> steps{0.1,  0.5,    1,      2,      5,       10,     15,
                                         30,   60,     120,    300,    600,     1800,   3600,
                                         7200, 21'600, 43'200, 86'400, 172'800, 604'800};
  const auto width = range.to - range.from;
  double step = 2'592'000;
  for (const auto x : steps)
    if (width / x <= 6.5) {
      step = x;
      break;
    }
  const char* format = step >= 86'400 ? "%-d %b"
                       : step >= 60   ? (width > 86'400 ? "%-d %b %H:%M" : "%H:%M")
                                      : "%H:%M:%S";
  // Days begin at local midnight, whatever the zone.
  const auto offset = moment_words(range.to, "%z");
  double zone = 0;
  if (offset.size() == 5) {
    const auto digits = [&offset](std::size_t at) {
      return (offset[at] - '0') * 10 + (offset[at + 1] - '0');
    };
    zone = (offset[0] == '-' ? -1 : 1) * (digits(1) * 3600.0 + digits(3) * 60.0);
  }
  std::string result = "<div class=\"axis\" aria-hidden=\"true\">";
  int count = 0;
  for (auto at = std::ceil((range.from + zone) / step) * step - zone; at < range.to && count < 40;
       at += step, ++count) {
    const auto share = (at - range.from) / width * 100;
    if (share > 3 && share < 97)
      result += "<span style=\"left:" + number(share, 2) + "%\">" + html(moment_words(at, format))
                + "</span>";
  }
  return result + "</div>";
}

void append_number(std::string& to, double x, int digits) {
  if (!std::isfinite(x)) {
    to += "null";
    return;
  }
  std::array<char, 40> text{};
  const auto end =
    std::to_chars(text.data(), text.data() + text.size(), x, std::chars_format::general, digits)
      .ptr;
  to.append(text.data(), end);
}

} // namespace

std::string in_words(chart_unit unit, double value) {
  switch (unit) {
    case chart_unit::points:
      return number(value) + " points";
    case chart_unit::percent:
      return report::percent_unit(value);
    case chart_unit::bytes_per_second:
      return report::rate_unit(value);
    case chart_unit::celsius:
      return number(value) + "\u202F°C";
    case chart_unit::seconds:
      return span_words(value);
  }
  return number(value);
}

chart_band band_of(const event_row& x, double now) {
  chart_band result;
  result.id = x.id;
  result.kind = kind_in_words(x);
  std::erase_if(result.kind, [](char c) { return (c < 'a' || c > 'z') && c != '_'; });
  result.from = x.started.value_or(0);
  const auto end = x.ended.value_or(result.from + x.duration.value_or(0));
  const bool lasts = stall_lasts(x);
  result.to = std::max(result.from, lasts ? std::max(now, end) : end);
  const auto cause = pause_cause_from(x.cause);
  const auto what = x.kind == "stall"      ? stall_in_words(x)
                    : x.kind == "critical" ? std::string{"critical stress"}
                    : x.kind == "sleep"    ? std::string{"asleep"}
                    : cause                ? cause_in_words(*cause, confidence_of(x))
                    : x.facts.empty()      ? x.kind
                                           : event_reason(x);
  result.words = what + " for " + span_words(x.duration);
  return result;
}

std::vector<chart_band> merge_bands(std::vector<chart_band> x, const chart_range& range,
                                    std::size_t points) {
  const auto point =
    (range.to - range.from) / static_cast<double>(std::max<std::size_t>(points, 1));
  std::stable_sort(x.begin(), x.end(), [](const chart_band& a, const chart_band& b) {
    return std::tie(a.kind, a.from) < std::tie(b.kind, b.from);
  });
  std::vector<chart_band> result;
  std::size_t count = 0; // of those in the last one
  double longest = 0;    // of them
  std::string longest_words;
  const auto close = [&] {
    if (count > 1)
      result.back().words =
        grouped(count) + " events close together, the longest: " + longest_words;
  };
  for (auto& one : x) {
    const auto length = one.to - one.from;
    // Long ones stay apart: each is seen as such.
    if (result.empty() || result.back().kind != one.kind || length >= point
        || one.from >= result.back().from + point
        || result.back().to > result.back().from + point) {
      close();
      count = 1;
      longest = length;
      longest_words = one.words;
      result.push_back(std::move(one));
      continue;
    }
    ++count;
    auto& last = result.back();
    last.to = std::max(last.to, one.to);
    if (length > longest) {
      longest = length;
      last.id = one.id;
      longest_words = std::move(one.words);
    }
  }
  close();
  return result;
}

std::string draw_charts(const envelope& x, const chart_range& range,
                        const std::vector<chart_band>& bands) {
  const auto marks = draw_bands(bands, range);
  std::string result;
  for (const auto& one : all_charts())
    result += draw_chart(one, x, range, marks);
  if (result.empty())
    return "<p class=\"none\">No samples of this time are kept.</p>";
  return "<div class=\"charts\">" + result + axis_of_time(range) + "</div>";
}

std::vector<std::pair<double, double>> holes_of(const std::vector<chart_band>& bands) {
  std::vector<std::pair<double, double>> result;
  for (const auto& x : bands)
    if (x.kind == "pause" || x.kind == "sleep" || x.kind == "outage" || x.kind == stop_kind)
      result.emplace_back(x.from, x.to);
  return result;
}

std::string charts_document(const envelope& x, const chart_range& range,
                            const std::vector<chart_band>& bands, bool is_complete) {
  std::string result = "{\"from\":";
  append_number(result, range.from, 15);
  result += ",\"to\":";
  append_number(result, range.to, 15);
  result += ",\"step\":";
  append_number(result, x.step, 6);
  result += std::string{",\"complete\":"} + (is_complete ? "true" : "false") + ",\"bands\":[";
  for (const auto& band : bands) {
    result += (result.back() == '[' ? "{\"id\":" : ",{\"id\":") + std::to_string(band.id)
              + ",\"kind\":" + json_quoted(band.kind) + ",\"from\":";
    append_number(result, band.from, 15);
    result += ",\"to\":";
    append_number(result, band.to, 15);
    result += ",\"words\":" + json_quoted(band.words) + '}';
  }
  result += "],\"at\":[";
  for (const auto at : x.at) {
    result += result.back() == '[' ? "" : ",";
    append_number(result, at, 14);
  }
  result += "],\"charts\":[";
  bool first = true;
  for (const auto& one : all_charts()) {
    std::string lines;
    for (const auto& line : one.lines) {
      if (!is_known(line, x))
        continue;
      lines += (lines.empty() ? "" : ",") + std::string{"{\"name\":"} + json_quoted(line.name)
               + ",\"colour\":" + json_quoted(line.colour) + ",\"ranges\":[";
      for (const auto& range_of : x.series[line.value]) {
        lines += lines.back() == '[' ? "" : ",";
        if (!range_of.is_known()) {
          lines += "null";
          continue;
        }
        lines += '[';
        append_number(lines, static_cast<double>(range_of.low), 4);
        lines += ',';
        append_number(lines, static_cast<double>(range_of.mean), 4);
        lines += ',';
        append_number(lines, static_cast<double>(range_of.high), 4);
        lines += ']';
      }
      lines += "]}";
    }
    if (lines.empty())
      continue;
    result += (first ? "" : ",") + std::string{"{\"id\":"} + json_quoted(one.id)
              + ",\"unit\":" + json_quoted(to_string(one.unit)) + ",\"full\":"
              + (one.full ? number(*one.full) : "null") + ",\"lines\":[" + lines + "]}";
    first = false;
  }
  return result + "]}";
}

} // namespace pmactor::web
