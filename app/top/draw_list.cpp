#include "app/top/draw_list.hpp"

#include "app/top/choose_columns.hpp"
#include "app/top/describe_selected.hpp"
#include "app/top/rank_processes.hpp"
#include "app/views/escape.hpp"
#include "app/views/event_list.hpp"
#include "app/views/event_values.hpp"
#include "app/views/render_samples.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace pmactor {
namespace {

/// Four characters and a unit at most: "12.3M"; "-" for what is not known.
std::string amount(const std::optional<double>& x) {
  if (!x)
    return "-";
  static constexpr std::array<char, 6> units{'B', 'k', 'M', 'G', 'T', 'P'};
  auto value = *x;
  std::size_t step = 0;
  for (; value >= 999.5 && step + 1 < units.size(); ++step)
    value /= 1000;
  return printed(step > 0 && value < 99.95 ? "%.1f%c" : "%.0f%c", value, units[step]);
}

std::string tenths(const std::optional<double>& x) {
  return x ? printed("%.1f", *x) : "-";
}

/// @returns the first line that is seen, so that the selected one is.
std::size_t first_seen(std::size_t selected, std::size_t size, std::size_t rows) {
  if (size <= rows || selected < rows / 2)
    return 0;
  return std::min(selected - rows / 2, size - rows);
}

/// @returns the events up to the moment, the newest first, that pass the filter.
std::vector<const top_event*> listed_events(const top_state& state, const top_page& page,
                                            double now) {
  const auto moment = moment_of(state, now) + (state.cursor ? state.step() : 0);
  std::vector<const top_event*> result;
  for (auto x = page.events->rbegin(); x != page.events->rend(); ++x)
    if (x->from <= moment && passes(x->line, state.filter))
      result.push_back(&*x);
  return result;
}

std::vector<const top_actor*> listed_actors(const top_state& state, const top_page& page) {
  std::vector<const top_actor*> result;
  for (const auto& x : page.daemon.actors)
    if (passes(x.name, state.filter))
      result.push_back(&x);
  return result;
}

/// @returns whether the processes of the page are of the moment that is looked at; those of a column beside it stay until
/// others are read, as else each step would blink.
bool are_of_moment(const top_state& state, const top_page& page) {
  if (!state.cursor || !page.moment)
    return state.cursor.has_value() == page.moment.has_value();
  return std::abs(*state.cursor - *page.moment) <= state.step();
}

const std::vector<top_process>& listed_processes(const top_state& state, const top_page& page) {
  static const std::vector<top_process> none;
  return are_of_moment(state, page) ? page.processes : none;
}

/// @returns the line of the event to which one went, or else the one that was selected.
std::size_t selected_line(const top_state& state, const std::vector<const top_event*>& events) {
  const auto chosen =
    std::find_if(events.begin(), events.end(), [&state](const auto* x) { return x->id == state.chosen; });
  if (chosen != events.end())
    return static_cast<std::size_t>(chosen - events.begin());
  return std::min(state.selected, events.empty() ? 0 : events.size() - 1);
}

/// @returns what the list is ordered by, and of when it is if that is not the time of the figures.
std::string about_processes(const top_state& state, const top_page& page) {
  const auto order = " by " + to_string(state.order);
  constexpr double wide = 15; // seconds of a column, within which the moment alone does not say it
  const bool is_of_another = page.has_other_processes || (state.cursor && state.step() >= wide);
  if (!is_of_another || !page.processes_at || !are_of_moment(state, page))
    return order;
  const auto day = [](double at) { return moment_words(at, "%F"); };
  const auto moment = state.cursor ? *state.cursor : page.sample ? page.sample->at() : *page.processes_at;
  const bool is_same_day = day(*page.processes_at) == day(moment);
  return " of " + moment_words(page.processes_at, is_same_day ? "%T" : "%m-%d %T") + order;
}

/// Draws a heading and says what the list is.
void draw_heading(canvas& out, const top_state& state, std::size_t y, const std::string& columns,
                  const std::string& about) {
  out.put(0, y, columns, paint::bold);
  const auto name = to_string(state.list);
  const auto filter = state.filter.empty() ? std::string{} : " with '" + escaped(state.filter) + "'";
  const auto order = about.find(" by ");
  // The time of it matters more than what the list is, and the filter more than both.
  std::vector<std::string> choices{name + about + filter};
  if (about.starts_with(" of "))
    choices.push_back((about + filter).substr(1));
  if (!filter.empty()) {
    if (order != about.npos)
      choices.push_back(about.substr(order + 1) + filter);
    choices.push_back(filter.substr(1));
  }
  const auto room = out.width() - std::min(width_of(columns) + 2, out.width());
  const auto right =
    std::find_if(choices.begin(), choices.end(), [room](const std::string& x) { return width_of(x) <= room; });
  if (right != choices.end()) {
    out.put_left_of(out.width(), y, *right, paint::dim);
  } else if (!filter.empty()) { // in place of a part of the heading
    const auto most = std::max(room, out.width() / 2);
    const auto shown = cut(" '" + escaped(state.filter) + "'", most, text_style{false, out.unicode(), 80});
    out.put_left_of(out.width(), y, shown, paint::dim);
  }
  out.reverse(0, y, out.width());
}

constexpr std::size_t least_names = 12; ///< Cells of the names in tables of processes and units.

std::string headings_of(std::span<const number_column> columns, const std::vector<bool>& shown) {
  std::string result;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (shown[i])
      result += columns[i].heading;
  return result;
}

/// @returns the texts as cells of the columns that are shown.
std::string cells_of(std::span<const std::string> texts, std::span<const number_column> columns,
                     const std::vector<bool>& shown) {
  std::string result;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (shown[i])
      result += (i > 0 ? " " : "") + padded_left(texts[i], columns[i].heading.size() - (i > 0 ? 1 : 0));
  return result;
}

/// Calls *draw* with each line that is seen and its place on the screen.
template <class T, class F>
void draw_lines(canvas& out, const std::vector<T>& lines, std::size_t selected, std::size_t top,
                std::size_t rows, F draw) {
  selected = std::min(selected, lines.empty() ? 0 : lines.size() - 1);
  const auto first = first_seen(selected, lines.size(), rows);
  for (std::size_t i = 0; i < rows && first + i < lines.size(); ++i) {
    draw(lines[first + i], top + 1 + i);
    if (first + i == selected)
      out.reverse(0, top + 1 + i, out.width());
  }
}

void draw_processes(canvas& out, const top_state& state, const top_page& page, std::size_t top,
                    std::size_t rows) {
  const auto& listed = listed_processes(state, page);
  const auto processes = chosen_processes(listed, state.order, state.filter);
  const bool has_units = out.width() >= 76
                         && std::any_of(processes.begin(), processes.end(),
                                        [](const auto& x) { return !x.unit.empty(); });
  static constexpr std::array<number_column, 7> columns{{{"    PID", 7}, {" S", 3}, {"   CPU%", 6}, {"   MEM ", 4},
                                                         {"   READ/s", 2}, {" WRITE/s", 1}, {"  HARM", 5}}};
  const auto shown = choose_columns(columns, out.width(), least_names + 1);
  const auto front = headings_of(columns, shown) + ' ';
  const auto names_at = front.size();
  const auto names = has_units ? std::min<std::size_t>(28, (out.width() - names_at) / 2)
                               : out.width() - std::min(names_at, out.width());
  draw_heading(out, state, top, front + "NAME", about_processes(state, page));
  if (processes.empty())
    out.put(0, top + 1,
            page.trouble.empty() && !are_of_moment(state, page) ? "reading the history ..."
            : listed.empty()        ? "no processes are stored of this moment"
            : !state.filter.empty() ? "none has these letters; Esc shows all"
                                    : "",
            paint::dim);
  draw_lines(out, processes, state.selected, top, rows, [&](const top_process& x, std::size_t y) {
    const auto& s = x.sample;
    const std::array texts{s.pid > 0 ? std::to_string(s.pid) : "-", s.state ? escaped(std::string(1, *s.state)) : "-",
                           tenths(s.cpu_pct), amount(s.mem_bytes), amount(s.io_read), amount(s.io_write),
                           x.harm >= 0.05 ? tenths(x.harm) : "-"};
    const auto tone = x.is_suspected          ? paint::red
                      : is_worth_suspicion(s) ? paint::yellow
                                              : paint::plain;
    out.put(0, y, cells_of(texts, columns, shown), tone);
    out.put(names_at, y,
            (x.is_suspected ? "! " : "")
              + (s.pid > 0 ? escaped(s.name) : "(processes that have ended)"),
            tone, names > 0 ? names - (has_units ? 1 : 0) : 0);
    if (has_units)
      out.put(names_at + names, y, escaped(x.unit), paint::dim);
  });
}

void draw_units(canvas& out, const top_state& state, const top_page& page, std::size_t top,
                std::size_t rows) {
  const auto units = chosen_units(listed_processes(state, page), state.order, state.filter);
  static constexpr std::array<number_column, 6> columns{
    {{"  PROCS", 3}, {"   CPU%", 6}, {"   MEM ", 4}, {"   READ/s", 2}, {" WRITE/s", 1}, {"  HARM", 5}}};
  const auto shown = choose_columns(columns, out.width(), least_names + 1);
  draw_heading(out, state, top, headings_of(columns, shown) + " UNIT", about_processes(state, page));
  draw_lines(out, units, state.selected, top, rows, [&](const top_unit& x, std::size_t y) {
    const std::array texts{std::to_string(x.processes), tenths(x.cpu_pct),  amount(x.mem_bytes), amount(x.io_read),
                           amount(x.io_write),          x.harm >= 0.05 ? tenths(x.harm) : "-"};
    out.put(0, y,
            cells_of(texts, columns, shown) + ' ' + (x.name.empty() ? "(no unit is known)" : escaped(x.name)));
  });
}

void draw_events(canvas& out, const top_state& state, const top_page& page, std::size_t top,
                 std::size_t rows, double now) {
  const auto events = listed_events(state, page, now);
  auto heading = event_list{{}, std::nullopt, top_id_width}.heading();
  heading.pop_back();
  draw_heading(out, state, top, heading, "");
  if (events.empty())
    out.put(0, top + 1, "no event up to this moment", paint::dim);
  draw_lines(out, events, selected_line(state, events), top, rows, [&](const top_event* x, std::size_t y) {
    out.put_words(0, y, x->line,
                  x->kind == "pause" || x->kind == "stall" || x->kind == "outage" ? paint::red
                                                                                  : paint::plain);
  });
}

void draw_actors(canvas& out, const top_state& state, const top_page& page, std::size_t top,
                 std::size_t rows) {
  const auto actors = listed_actors(state, page);
  draw_heading(out, state, top, "ACTOR                 STATE      NOTE", ", right now");
  if (actors.empty())
    out.put(0, top + 1,
            page.daemon.is_running ? "none has these letters; Esc shows all"
                                   : escaped(page.daemon.sentence),
            paint::dim);
  draw_lines(out, actors, state.selected, top, rows, [&](const top_actor* x, std::size_t y) {
    const auto tone = x->is_degraded ? paint::red : paint::plain;
    const auto used = out.put(0, y, as_column(escaped(x->name), 22) + as_column(escaped(x->state), 11), tone);
    out.put_words(used, y, escaped(x->note), tone);
  });
}

} // namespace

std::size_t list_size(const top_state& state, const top_page& page, double now) {
  switch (state.list) {
    case top_list::processes:
      return chosen_processes(listed_processes(state, page), state.order, state.filter).size();
    case top_list::units:
      return chosen_units(listed_processes(state, page), state.order, state.filter).size();
    case top_list::events:
      return listed_events(state, page, now).size();
    case top_list::actors:
      return listed_actors(state, page).size();
  }
  return 0;
}

std::optional<selected_event> find_selected_event(const top_state& state, const top_page& page, double now) {
  const auto events = listed_events(state, page, now);
  if (events.empty())
    return std::nullopt;
  const auto line = selected_line(state, events);
  return selected_event{line, events[line]->id};
}

std::string selected_detail(const top_state& state, const top_page& page) {
  const auto of_selected = [&state](const auto& lines, const auto& describe) {
    return lines.empty() ? std::string{} : describe(lines[std::min(state.selected, lines.size() - 1)]);
  };
  if (state.list == top_list::actors)
    return of_selected(listed_actors(state, page), [](const top_actor* x) { return describe_actor(*x); });
  if (state.list == top_list::processes)
    return of_selected(chosen_processes(listed_processes(state, page), state.order, state.filter),
                       [&page](const top_process& x) { return describe_process(x, page.processes_at); });
  return {};
}

void draw_list(canvas& out, const top_state& state, const top_page& page, std::size_t top,
               std::size_t rows, double now) {
  switch (state.list) {
    case top_list::processes:
      return draw_processes(out, state, page, top, rows);
    case top_list::units:
      return draw_units(out, state, page, top, rows);
    case top_list::events:
      return draw_events(out, state, page, top, rows, now);
    case top_list::actors:
      return draw_actors(out, state, page, top, rows);
  }
}

} // namespace pmactor
