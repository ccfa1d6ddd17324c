#include "app/top/lay_out_top.hpp"

#include "app/top/describe_moment.hpp"
#include "app/top/draw_curves.hpp"
#include "app/top/draw_list.hpp"
#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <sstream>
#include <utility>

namespace pmactor {
namespace {

using namespace std::string_literals;

constexpr std::size_t values_width = 10; ///< Behind the curves.

constexpr std::array<const char*, 23> help_lines{
  "The second line is the stress, 0 to 100 points, its parts, and the event there.",
  "Figures: live, of the newest sample; back in time, as in the curves, the worst",
  "of a column. read, write, late and load fill up to the highest of the window.",
  "A dot (or -) in a curve: recorded, no value (yet). A figure of - is not known.",
  "Marks: P pause, S stall, X outage, x stop in good order, z sleep, I incident,",
  "L slowed, C clock set, ! critical stress, . recorded. Blank is not recorded.",
  "",
  "  left right    a column back or on (also T t)   [ ]  half a screen back or on",
  "  + -           less or more time a column       v    curves that had no room",
  "  g             go to a moment: 2h, 09:08, 2026-01-20 (also b)",
  "  Home          the oldest sample                End l  the present",
  "  n p           the next, the previous event, also of several in one column",
  "  Enter         open the event at the cursor, or what is selected in the list",
  "  Space         hold the view; recording goes on. Again: the present",
  "  Tab           processes, units, events, actors; up down PgUp PgDn go through",
  "  h c d m       order by harm, CPU, disk, memory",
  "  /             only names with these letters; Esc shows all again",
  "  q Ctrl-C F10  end                              ? F1   this page",
  "HARM: for how much of the time others waited (PSI), by its share of the CPU",
  "time and of the disks' traffic. ! and red: an event of that moment suspects it;",
  "yellow: [suspects] of the settings names it, and it did much on CPU or disks.",
  "late: by how much pmactor's beat came late; cpu, mem, dsk, mnt, app, gui late:",
  "how long CPUs, memory, disks, mounts, a program's start, desktops took to answer",
};

/// "12 min ago"
std::string ago(double seconds) {
  return to_words(std::chrono::seconds{std::llround(std::clamp(seconds, 0.0, 1e9))}) + " ago";
}

/// @param left, right the fullest first, not empty. @returns one of each that have room beside each other; what stands at
/// the right is shortened and left out first.
std::pair<std::string, std::string> first_pair_that_fits(const std::vector<std::string>& left,
                                                         const std::vector<std::string>& right, std::size_t width) {
  for (const auto& a : left)
    for (const auto& b : right)
      if (width_of(a) + (b.empty() ? 0 : 2 + width_of(b)) <= width)
        return {a, b};
  return {left.back(), ""};
}

void draw_title(canvas& out, const top_state& state, const top_page& page, double now) {
  constexpr std::size_t roomy = 60;
  std::size_t x = out.width() < roomy ? 0 : out.put(0, 0, "pmactor top  ", paint::bold);
  x += out.put(x, 0, moment_words(moment_of(state, now), "%a %F %T"), paint::bold);
  x += out.put(x, 0, "  ");
  const auto& daemon = page.daemon;
  const auto when = !state.cursor   ? live_words(page, now)
                    : state.is_held ? std::vector<std::string>{"held"}
                                    : std::vector{ago(now - *state.cursor)};
  // What stands at the right is of the present, also where the figures are not.
  const auto health =
    daemon.is_running ? std::vector{(state.cursor ? "now " : "") + escaped(daemon.word), ""s}
                      : std::vector{"no daemon: history only"s, "no daemon"s, ""s};
  const auto [left, right] = first_pair_that_fits(when, health, out.width() - std::min(x, out.width()));
  const bool is_fine = daemon.is_running && !daemon.is_held_up;
  out.put_words(x, 0, left, is_fine && !state.cursor ? paint::green : paint::yellow);
  const auto tone = !daemon.is_running         ? paint::yellow
                    : daemon.word == "healthy" ? paint::green
                                               : paint::red;
  out.put_left_of(out.width(), 0, right, tone);
}

/// @returns the number of the column whose values are written out: that of the cursor, also while its sample is yet to
/// come, or live the newest.
std::int64_t written_column(const top_state& state, const top_page& page, double now) {
  const auto step = state.step();
  const auto here = column_maker::number_of(state.cursor ? *state.cursor : page.sample ? page.sample->at() : now, step);
  if (state.cursor || !page.sample || page.step != step || page.columns->empty())
    return here;
  return std::min(here, page.columns->rbegin()->first); // the sample may have come after the columns were read
}

/// @param number of the column whose stress it is.
void draw_stress_line(canvas& out, const top_state& state, const top_page& page, std::int64_t number, double now) {
  if (!page.trouble.empty()) {
    std::size_t y = 1; // in the place of curves, of which there are none
    for (const auto& line : wrapped(escaped(page.trouble), out.width()))
      out.put(0, y++, line, paint::red);
    return;
  }
  const auto line = describe_moment(state, page, number, now, out.width());
  out.put_left_of(out.width(), 1, line.right, paint::dim);
  out.put_words(0, 1, line.text, line.tone, out.width() - (line.right.empty() ? 0 : width_of(line.right) + 1));
}

/// The line of marks, and below it the times at both ends and a sign under the cursor.
void draw_axis(canvas& out, const top_plan& plan, const top_page& page, const top_state& state,
               std::int64_t last, std::int64_t cursor) {
  const auto y = plan.curves_top + plan.curves_height;
  out.put(0, y, "events", paint::dim);
  const auto marks = marks_of(page, plan.curves_width, last);
  for (std::size_t i = 0; i < marks.size(); ++i)
    if (marks[i] != ' ')
      out.put(plan.curves_left + i, y, std::string_view{&marks[i], 1}, tone_of_mark(marks[i]));
  const auto first = last - static_cast<std::int64_t>(plan.curves_width) + 1;
  const auto* format = state.step() < 300 ? "%T" : "%a %d %H:%M";
  const auto left = moment_words(static_cast<double>(first) * state.step(), format);
  const auto right = moment_words(static_cast<double>(last) * state.step(), format);
  const auto end = plan.curves_left + plan.curves_width;
  std::size_t sign_from = end, sign_to = end; // what the sign of the cursor takes of the line
  if (cursor >= first && cursor <= last && state.cursor) {
    const auto at = plan.curves_left + static_cast<std::size_t>(cursor - first);
    for (auto line = plan.curves_top; line <= y; ++line)
      out.reverse(at, line, 1);
    const auto time = moment_words(*state.cursor, "%T");
    const bool stands_right = at + 1 + width_of(time) <= end;
    sign_from = stands_right ? at : at - std::min(at, width_of(time));
    sign_to = sign_from + width_of(time) + 1;
    out.put(sign_from, y + 1, stands_right ? "^" + time : time + "^");
  }
  if (sign_from > plan.curves_left + width_of(left))
    out.put(plan.curves_left, y + 1, left, paint::dim);
  if (sign_to + width_of(right) < end || sign_from == end)
    out.put_left_of(end, y + 1, right, paint::dim);
}

void draw_footer(canvas& out, const top_state& state) {
  const auto y = out.height() - 1;
  if (state.typed != top_state::typing::none) {
    const auto front =
      state.typed == top_state::typing::filter ? "filter: " : "go to (2h, 09:08, 2026-01-20): ";
    auto x = out.put(0, y, front, paint::bold);
    x += out.put(x, y, escaped(state.text));
    out.reverse(x, y, 1);
    return;
  }
  if (!state.complaint.empty()) {
    out.put_words(0, y, state.complaint, paint::yellow);
    return;
  }
  std::string keys;
  for (const char* x : {"? help", "q end", "arrows [ ] go", "+ - zoom", "n p event", "Enter open", "Tab list", "/ find",
                        "g go to", "l live", "Space hold"}) {
    const auto more = keys + (keys.empty() ? "" : "  ") + x;
    if (width_of(more) > out.width())
      break;
    keys = more;
  }
  out.put(0, y, keys, paint::dim);
}

/// An opened event or the help, in place of all else.
void draw_page(canvas& out, const std::vector<std::string>& lines, const top_state& state, std::size_t rows) {
  const auto scrolled = state.scrolled;
  for (std::size_t i = 0; i < rows && scrolled + i < lines.size(); ++i)
    out.put(0, i, lines[scrolled + i], i + scrolled == 0 ? paint::bold : paint::plain);
  const auto more = lines.size() > scrolled + rows ? lines.size() - scrolled - rows : 0;
  if (!state.complaint.empty()) {
    out.put_words(0, out.height() - 1, state.complaint, paint::yellow);
    return;
  }
  out.put(0, out.height() - 1,
          "Enter back  arrows PgUp PgDn read" + std::string{state.opened ? "  n p event" : ""}
            + (more > 0 ? "  (" + std::to_string(more) + " more lines)" : ""),
          paint::dim);
}

std::vector<std::string> lines_of_detail(const top_state& state, std::size_t width) {
  std::vector<std::string> result;
  std::istringstream in{state.detail};
  for (std::string line; std::getline(in, line);)
    for (auto& part : wrapped(line, width))
      result.push_back(std::move(part));
  return result;
}

std::vector<std::string> help_page() {
  return {help_lines.begin(), help_lines.end()};
}

} // namespace

top_plan plan_top(std::size_t width, std::size_t height) {
  top_plan result;
  result.curves_left = width >= 60 ? 10 : 9;
  result.curves_width =
    width > result.curves_left + values_width ? width - result.curves_left - values_width : 1;
  result.opened_rows = height > 1 ? height - 1 : 1;
  // Title, stress, marks, axis, heading and footer have a line each.
  constexpr std::size_t fixed = 6;
  const auto rest = height > fixed ? height - fixed : 0;
  const auto least_rows = std::min<std::size_t>(rest / 3, 14);
  const auto most_curves = std::size_t{24};
  result.curves_height = std::min(rest - least_rows, most_curves);
  result.list_rows = rest - result.curves_height;
  result.list_top = result.curves_top + result.curves_height + 2;
  return result;
}

std::optional<std::size_t> column_at(const top_plan& plan, std::size_t x, std::size_t y) {
  constexpr std::size_t below = 2; // marks and axis
  const bool is_inside = x >= plan.curves_left && x < plan.curves_left + plan.curves_width
                         && y >= plan.curves_top
                         && y < plan.curves_top + plan.curves_height + below;
  return is_inside ? std::optional{x - plan.curves_left} : std::nullopt;
}

top_surroundings surroundings_of(const top_state& state, const top_page& page, std::size_t width,
                                 std::size_t height, double now) {
  const auto plan = plan_top(width, height);
  top_surroundings result;
  result.now = now;
  result.columns = plan.curves_width;
  result.list_rows = plan.list_rows;
  result.opened_rows = plan.opened_rows;
  result.opened_size = state.shows_help              ? help_lines.size()
                       : !state.detail.empty()       ? lines_of_detail(state, width).size()
                       : page.opened == state.opened ? page.lines->size()
                                                     : 0;
  result.oldest = page.oldest;
  result.events = page.events.get();
  result.list_size = list_size(state, page, now);
  result.selected_detail = selected_detail(state, page);
  if (state.list == top_list::events)
    if (const auto selected = find_selected_event(state, page, now)) {
      result.selected_event = selected->id;
      result.selected_line = selected->line;
    }
  return result;
}

canvas lay_out_top(const top_state& state, const top_page& page, std::size_t width,
                   std::size_t height, double now, bool unicode) {
  canvas out{width, height, unicode};
  if (width < least_top_width || height < least_top_height) {
    out.put(0, 0,
            "too small: make it " + std::to_string(least_top_width) + " x "
              + std::to_string(least_top_height));
    return out;
  }
  const auto plan = plan_top(width, height);
  if (state.shows_help) {
    draw_page(out, help_page(), state, plan.opened_rows);
    return out;
  }
  if (!state.detail.empty()) {
    draw_page(out, lines_of_detail(state, width), state, plan.opened_rows);
    return out;
  }
  if (state.opened) {
    static const std::vector<std::string> none{"opening the event ..."};
    draw_page(out, page.opened == state.opened ? *page.lines : none, state, plan.opened_rows);
    return out;
  }
  const auto last = last_column_of(state, now);
  const auto written = written_column(state, page, now);
  draw_title(out, state, page, now);
  draw_stress_line(out, state, page, written, now);
  if (!page.trouble.empty()) {
    draw_footer(out, state);
    draw_list(out, state, page, plan.list_top, plan.list_rows, now);
    return out;
  }
  const curve_area area{plan.curves_left, plan.curves_width, plan.curves_top, plan.curves_height, state.turned};
  if (page.step == state.step()) {
    draw_curves(out, page, area, last, written, written_sample(state, page));
  } else {
    top_page none; // the curves of this width are on their way
    none.step = state.step();
    none.events = page.events;
    draw_curves(out, none, area, last, written, written_sample(state, page));
  }
  draw_axis(out, plan, page, state, last, column_maker::number_of(moment_of(state, now), state.step()));
  draw_list(out, state, page, plan.list_top, plan.list_rows, now);
  draw_footer(out, state);
  return out;
}

} // namespace pmactor
