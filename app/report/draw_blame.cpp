#include "app/report/draw_blame.hpp"

#include "app/report/report_markup.hpp"
#include "app/views/event_values.hpp"
#include "app/views/render_blame.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace pmactor::report {
namespace {

using json = nlohmann::ordered_json;

constexpr double strip_width = 1000, strip_height = 22;
constexpr std::size_t most_cpus = 64;
constexpr std::array<const char*, 8> colours{"--orange", "--sky",  "--plum", "--green",
                                             "--red",    "--teal", "--amber", "--violet"};

struct slice {
  double began = 0, length = 0; ///< Microseconds.
  std::size_t task = 0;
};

struct strip {
  std::int64_t cpu = 0;
  double covers_from = 0; ///< Seconds.
  std::vector<slice> slices;
};

std::vector<strip> strips_of(const json& timeline) {
  std::vector<strip> result;
  for (const auto& cpu : list_at(timeline, "cpus")) {
    if (result.size() == most_cpus)
      break;
    auto& x = result.emplace_back();
    x.cpu = static_cast<std::int64_t>(std::clamp(number_at(cpu, "cpu").value_or(0), 0.0, 65535.0));
    x.covers_from = number_at(cpu, "covers_from").value_or(0);
    for (const auto& one : list_at(cpu, "slices"))
      if (one.is_array() && (one.size() == 3 || one.size() == 4)
          && std::all_of(one.begin(), one.end(),
                         [](const json& y) { return y.is_number_unsigned(); }))
        x.slices.push_back({one[0].get<double>(), one[1].get<double>(), one[2].get<std::size_t>()});
  }
  return result;
}

/// The names of the tasks by their index, and a colour for each name that was on the CPUs for the longest.
class palette {
public:
  palette(const json& timeline, const std::vector<strip>& strips) {
    for (const auto& one : list_at(timeline, "tasks")) {
      const bool is_task = one.is_array() && one.size() == 3 && one[1].is_number_integer() && one[2].is_string();
      names_.push_back(is_task ? one[2].get<std::string>() : std::string{});
      is_merged_.push_back(is_task && one[1].get<std::int64_t>() < 0);
    }
    std::map<std::string, double> held;
    for (const auto& x : strips)
      for (const auto& y : x.slices)
        if (y.task < names_.size() && y.task > 0) // the first is several at once
          held[names_[y.task]] += y.length;
    std::vector<std::pair<double, std::string>> ranked;
    for (const auto& [name, time] : held)
      ranked.emplace_back(time, name);
    std::sort(ranked.rbegin(), ranked.rend());
    for (std::size_t i = 0; i < std::min(ranked.size(), colours.size()); ++i) {
      colour_of_[ranked[i].second] = colours[i];
      shown_.push_back(ranked[i].second);
    }
  }

  std::string name_of_task(std::size_t task) const {
    if (task == 0)
      return "several at once";
    return task < names_.size() ? (is_merged_[task] ? "several, most of it " : "") + names_[task] : "";
  }
  std::string colour(std::size_t task) const {
    const auto found = task > 0 && task < names_.size() ? colour_of_.find(names_[task]) : colour_of_.end();
    return found == colour_of_.end() ? "--slate" : found->second;
  }
  std::string legend() const {
    std::string result;
    for (const auto& name : shown_)
      result += "<li><i style=\"--c:var(" + colour_of_.at(name) + ")\"></i>" + name_of(name.empty() ? "(no name)" : name)
                + "</li>";
    return "<ul class=\"legend\">" + result + "<li><i style=\"--c:var(--slate)\"></i>others</li></ul>";
  }

private:
  std::vector<std::string> names_, shown_;
  std::vector<bool> is_merged_; ///< By task: several are drawn as one, of which it had most.
  std::map<std::string, std::string> colour_of_;
};

std::string draw(const strip& x, double length, const palette& colours_of) {
  const auto at = [length](double micros) {
    return std::clamp(micros / 1e6 / length, 0.0, 1.0) * strip_width;
  };
  const auto rectangle = [](double from, double width, const std::string& colour, const std::string& title) {
    return "<rect x=\"" + number(from, 2) + "\" y=\"0\" width=\"" + number(std::max(width, 0.2), 2) + "\" height=\""
           + number(strip_height) + "\" fill=\"var(" + colour + ")\"" + (title.empty() ? "/>" : "><title>" + title + "</title></rect>");
  };
  std::string inside;
  if (x.covers_from > 0)
    inside += rectangle(0, at(x.covers_from * 1e6), "--line", "not recorded");
  for (const auto& y : x.slices)
    inside += rectangle(at(y.began), at(y.began + y.length) - at(y.began), colours_of.colour(y.task),
                        html(colours_of.name_of_task(y.task), 64) + ", " + html(span_words(y.length / 1e6)));
  return "<figure><figcaption><b>CPU " + std::to_string(x.cpu) + "</b></figcaption><svg viewBox=\"0 0 "
         + number(strip_width) + ' ' + number(strip_height)
         + "\" preserveAspectRatio=\"none\" style=\"height:1.4rem;background:var(--paper)\" role=\"img\" aria-label=\"Who was on CPU "
         + std::to_string(x.cpu) + "\">" + inside + "</svg></figure>";
}

std::string bars(const json& blame) {
  std::string list;
  for (const auto& x : blame_lines(blame))
    list += "<li style=\"--c:var(--orange);--w:" + number(x.share * 100, 2) + "%\"><div class=\"row\"><span class=\"what\">"
            + name_of(x.who) + "</span><span class=\"long\">" + html(span_words(x.held))
            + "</span><span class=\"share\">" + number(x.share * 100, x.share < 0.1 ? 1 : 0)
            + "\u202F%</span></div><div class=\"bar\"><i></i></div>"
            + (x.unit.empty() ? "" : "<p>" + html(x.unit, 120) + "</p>") + "</li>";
  if (list.empty())
    return {};
  std::string remarks;
  for (const auto& one : list_at(blame, "remarks"))
    if (one.is_string())
      remarks += (remarks.empty() ? "" : " ") + html(capitalised(one.get<std::string>())) + '.';
  return "<p class=\"none\">" + html(blame_title(blame)) + "</p><ol class=\"ledger\">" + list + "</ol>"
         + (remarks.empty() ? "" : "<p class=\"note\">" + remarks + "</p>");
}

std::string strips(const json& timeline) {
  const auto length = number_at(timeline, "length").value_or(0);
  const auto all = strips_of(timeline);
  if (!(length > 0) || !(length < 86400) || all.empty())
    return {};
  const palette colours_of{timeline, all};
  std::string result = "<div class=\"charts\" style=\"padding-top:1rem;margin-top:1.25rem\">" + colours_of.legend();
  for (const auto& x : all)
    result += draw(x, length, colours_of);
  return result + "</div><p class=\"note\">Who was on each CPU, from "
         + html(moment_words(number_at(timeline, "began"), "%H:%M:%S")) + " on, " + html(span_words(length))
         + " long. Where nothing is drawn the CPU was idle.</p>";
}

} // namespace

std::string blame_section(const event_row& event) {
  const auto blame = parsed(event.blame);
  if (!blame.is_object())
    return {};
  const auto inside = bars(blame) + (blame.contains("timeline") ? strips(blame["timeline"]) : std::string{});
  if (inside.empty())
    return inside;
  const auto culprits = parsed(event.culprits);
  const bool is_accusing = are_accused(event) && culprits.is_array() && !culprits.empty();
  const auto* title = is_accusing ? "Who did it" : blame.contains("timeline") ? "Who was on the CPUs" : "Who was busy";
  return section("blame", title, inside);
}

} // namespace pmactor::report
