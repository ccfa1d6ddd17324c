// What each key and click changes of the live view.
#include "app/top/top_state.hpp"

#include "app/command_line/parse_moment.hpp"
#include "app/top/summarize_columns.hpp"
#include "app/views/event_values.hpp"
#include "messages/time.hpp"
#include "messages/utf8.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t longest_text = 64;

bool is_character(top_key x) {
  return static_cast<int>(x) >= ' ' && static_cast<int>(x) < static_cast<int>(top_key::left)
         && static_cast<int>(x) != 0x7f;
}

bool is(top_key key, char character) {
  return static_cast<int>(key) == character;
}

std::string day_of(double time) {
  return moment_words(time, "%F");
}

bool is_of_yesterday(double time, double now) {
  constexpr double day = 86'400;
  return day_of(time) != day_of(now) && day_of(time) == day_of(now - day);
}

/// @returns "20:45:00", "yesterday 20:45:00" or "2026-01-20 20:45:00".
std::string words_of(double time, double now) {
  if (is_of_yesterday(time, now))
    return "yesterday " + moment_words(time, "%T");
  return moment_words(time, day_of(time) == day_of(now) ? "%T" : "%F %T");
}

void go_live(top_state& state) {
  state.cursor.reset();
  state.chosen.reset();
  state.is_held = false;
}

/// Sets the cursor, and moves the columns as little as that takes.
void look_at(top_state& state, double time, const top_surroundings& around) {
  const auto step = state.step();
  if (time > around.now) { // beyond the present is the present
    go_live(state);
    return;
  }
  time = std::max(time, std::min(around.oldest, around.now));
  if (!state.cursor)
    state.right = around.now;
  state.cursor = time;
  state.chosen.reset();
  state.is_held = false;
  const auto width = static_cast<double>(std::max<std::size_t>(around.columns, 1)) * step;
  const auto first = state.right - width + step;
  if (time < first)
    state.right = time + width - step;
  else if (time > state.right)
    state.right = time;
  state.right = std::min(state.right, around.now);
}

/// Sets the cursor with the columns around it.
void jump_to(top_state& state, double time, const top_surroundings& around) {
  look_at(state, time, around);
  if (state.cursor)
    state.right =
      std::min(around.now, *state.cursor + state.step() * static_cast<double>(around.columns / 3));
}

void zoom_to(top_state& state, std::size_t zoom, const top_surroundings& around) {
  if (zoom >= top_steps.size() || zoom == state.zoom) {
    state.complaint = (state.zoom == 0 ? "finest" : "coarsest") + std::string{" zoom: a column is "}
                      + step_words(state.step());
    return;
  }
  const auto cursor = state.cursor;
  const auto from_right = cursor ? (state.right - *cursor) / state.step() : 0;
  state.zoom = zoom;
  if (cursor)
    state.right = std::min(around.now, *cursor + from_right * state.step());
}

/// @returns the event to go on to; null if there is none. Of several that begin at once each has its turn.
const top_event* next_event(const top_state& state, bool forward, const top_surroundings& around) {
  const auto& events = *around.events;
  const auto chosen = std::find_if(events.begin(), events.end(),
                                   [&state](const auto& x) { return x.id == state.chosen; });
  if (chosen != events.end()) {
    if (forward)
      return chosen + 1 != events.end() ? &*(chosen + 1) : nullptr;
    return chosen != events.begin() ? &*(chosen - 1) : nullptr;
  }
  const auto here = moment_of(state, around.now);
  constexpr double same = 1e-3;
  if (forward) {
    const auto next = std::find_if(events.begin(), events.end(),
                                   [here](const auto& x) { return x.from > here + same; });
    return next != events.end() ? &*next : nullptr;
  }
  const auto before = std::find_if(events.rbegin(), events.rend(),
                                   [here](const auto& x) { return x.from < here - same; });
  return before != events.rend() ? &*before : nullptr;
}

/// @returns whether there is an event to go to.
bool seek_event(top_state& state, bool forward, const top_surroundings& around) {
  if (around.events == nullptr || around.events->empty()) {
    state.complaint = "no event is known";
    return false;
  }
  const auto* next = next_event(state, forward, around);
  if (next == nullptr) {
    state.complaint = forward ? "no later event" : "no earlier event";
    return false;
  }
  const auto column_of_cursor = [&] {
    return state.cursor ? std::optional{column_maker::number_of(*state.cursor, state.step())} : std::nullopt;
  };
  const auto before = column_of_cursor();
  jump_to(state, next->from, around);
  if (!state.cursor)
    return true;
  state.chosen = next->id;
  if (before == column_of_cursor()) {
    state.complaint = "the cursor stays: event " + std::to_string(next->id) + " began ";
    if (next->from < around.oldest)
      state.complaint += "before all samples";
    else
      state.complaint += "in the same " + step_words(state.step()) + (state.zoom > 0 ? "; + parts them" : "");
  }
  return true;
}

void open_event(top_state& state, const top_surroundings& around) {
  state.scrolled = 0;
  if (state.list == top_list::events && around.selected_event) {
    state.opened = around.selected_event;
    return;
  }
  if (state.list == top_list::actors) { // they are of the present, whatever is at the cursor
    state.detail = around.selected_detail;
    return;
  }
  const auto* found = around.events == nullptr ? nullptr
                      : state.cursor           ? event_in_view(state, *around.events, around.now)
                                               : event_at(*around.events, around.now, state.step());
  if (found != nullptr)
    state.opened = found->id;
  else if (!around.selected_detail.empty())
    state.detail = around.selected_detail;
  else
    state.complaint = "no event at the cursor; n and p go from one to the next";
}

void end_typing(top_state& state, const top_surroundings& around) {
  const auto what = std::exchange(state.typed, top_state::typing::none);
  if (what != top_state::typing::moment || state.text.empty())
    return;
  const auto now = std::chrono::nanoseconds{std::llround(around.now * 1e9)};
  auto moment = parse_moment(state.text, now);
  if (moment && *moment > now && state.text.find(':') != std::string::npos)
    moment =
      parse_moment(state.text, now - std::chrono::hours{24}); // a time of the day yet to come
  if (moment)
    go_to(state, to_seconds(*moment), around);
  else
    state.complaint = "that is no moment; write e.g. 2h, 09:08 or 2026-01-20";
}

/// @returns whether the key was taken by the line that is being typed.
bool type(top_state& state, top_key key, const top_surroundings& around) {
  if (state.typed == top_state::typing::none)
    return false;
  auto& text = state.text;
  if (key == top_key::enter) {
    end_typing(state, around);
    return true;
  }
  if (key == top_key::escape) {
    state.typed = top_state::typing::none;
    state.filter.clear();
    return true;
  }
  if (key == top_key::backspace) {
    while (!text.empty() && continues_character(text.back()))
      text.pop_back();
    if (!text.empty())
      text.pop_back();
  } else if (is_character(key) && text.size() < longest_text) {
    append_character(text, static_cast<char32_t>(key));
  } else {
    return is_character(key);
  }
  if (state.typed == top_state::typing::filter) {
    state.filter = text;
    state.selected = 0;
  }
  return true;
}

void scroll(std::size_t& at, long by, std::size_t most) {
  const auto to = static_cast<long>(at) + by;
  at = static_cast<std::size_t>(std::clamp(to, 0L, static_cast<long>(most)));
}

/// @returns whether the key was taken by what is shown in place of all else.
bool read_page(top_state& state, top_key key, const top_surroundings& around) {
  if (!state.opened && !state.shows_help && state.detail.empty())
    return false;
  const auto rows = static_cast<long>(std::max<std::size_t>(around.opened_rows, 2));
  const auto most =
    around.opened_size > around.opened_rows ? around.opened_size - around.opened_rows : 0;
  if (key == top_key::down)
    scroll(state.scrolled, 1, most);
  else if (key == top_key::up)
    scroll(state.scrolled, -1, most);
  else if (key == top_key::page_down || is(key, ' '))
    scroll(state.scrolled, rows - 1, most);
  else if (key == top_key::page_up)
    scroll(state.scrolled, 1 - rows, most);
  else if (key == top_key::home)
    state.scrolled = 0;
  else if (key == top_key::end)
    state.scrolled = most;
  else if (is(key, 'n') || is(key, 'p')) {
    if (!state.opened)
      return true;
    const auto before = std::exchange(state.chosen, state.opened); // it is the one to go on from
    if (seek_event(state, is(key, 'n'), around)) {
      if (state.chosen)
        state.opened = state.chosen;
      state.scrolled = 0;
      state.complaint.clear();
    } else {
      state.chosen = before;
    }
  } else if (key == top_key::escape || key == top_key::enter || is(key, 'q') || is(key, '?')) {
    state.opened.reset();
    state.detail.clear();
    state.shows_help = false;
    state.scrolled = 0;
  }
  return true;
}

void select(top_state& state, long by, const top_surroundings& around) {
  if (around.selected_line) // it may be that of the event to which one went
    state.selected = *around.selected_line;
  if (state.list == top_list::events)
    state.chosen.reset();
  scroll(state.selected, by, around.list_size > 0 ? around.list_size - 1 : 0);
}

void change_list(top_state& state, long by) {
  const auto count = static_cast<long>(top_lists);
  state.list = static_cast<top_list>((static_cast<long>(state.list) + by + count) % count);
  state.selected = 0;
}

void order_by(top_state& state, top_order order) {
  state.order = order;
  state.selected = 0;
  if (state.list != top_list::units)
    state.list = top_list::processes;
}

void apply_special(top_state& state, top_key key, const top_surroundings& around) {
  const auto now = moment_of(state, around.now);
  switch (key) {
    case top_key::left:
      return look_at(state, now - state.step(), around);
    case top_key::right:
      return look_at(state, now + state.step(), around);
    case top_key::home:
      return jump_to(state, around.oldest, around);
    case top_key::end:
      return go_live(state);
    case top_key::up:
      return select(state, -1, around);
    case top_key::down:
      return select(state, 1, around);
    case top_key::page_up:
      return select(state, -static_cast<long>(std::max<std::size_t>(around.list_rows, 1)), around);
    case top_key::page_down:
      return select(state, static_cast<long>(std::max<std::size_t>(around.list_rows, 1)), around);
    case top_key::tab:
      return change_list(state, 1);
    case top_key::back_tab:
      return change_list(state, -1);
    case top_key::enter:
      return open_event(state, around);
    case top_key::escape:
      if (state.filter.empty())
        state.complaint = "q ends; Esc closes what is open and shows all names again";
      state.filter.clear();
      return;
    default:
      return;
  }
}

void apply_character(top_state& state, char key, const top_surroundings& around) {
  const auto half =
    state.step() * static_cast<double>(std::max<std::size_t>(around.columns / 2, 1));
  const auto now = moment_of(state, around.now);
  switch (key) {
    case 'q':
    case 'Q':
      state.wants_end = true;
      return;
    case 'T':
      return look_at(state, now - state.step(), around);
    case 't':
      return look_at(state, now + state.step(), around);
    case '[':
      return look_at(state, now - half, around);
    case ']':
      return look_at(state, now + half, around);
    case '+':
    case '=':
      return zoom_to(state, state.zoom > 0 ? state.zoom - 1 : 0, around);
    case '-':
    case '_':
      return zoom_to(state, state.zoom + 1, around);
    case 'v':
      ++state.turned;
      return;
    case 'n':
    case 'p':
      seek_event(state, key == 'n', around);
      return;
    case 'l':
      return go_live(state);
    case ' ':
      if (state.cursor)
        return go_live(state);
      look_at(state, around.now, around);
      state.is_held = state.cursor.has_value();
      return;
    case '/':
    case 'g':
    case 'b':
      state.typed = key == '/' ? top_state::typing::filter : top_state::typing::moment;
      state.text = key == '/' ? state.filter : "";
      return;
    case 'h':
      return order_by(state, top_order::harm);
    case 'c':
      return order_by(state, top_order::cpu);
    case 'd':
      return order_by(state, top_order::disk);
    case 'm':
      return order_by(state, top_order::memory);
    case '?':
      state.shows_help = true;
      state.scrolled = 0;
      return;
    default:
      return;
  }
}

} // namespace

void expire_complaint(top_state& state, double now) {
  if (state.complaint.empty()) {
    state.complained.reset();
    return;
  }
  constexpr double least = 2, characters_a_second = 20;
  if (!state.complained || now < *state.complained) // or the clock was set back
    state.complained = now;
  else if (now - *state.complained >= least + static_cast<double>(state.complaint.size()) / characters_a_second)
    state.complaint.clear();
}

void go_to(top_state& state, double time, const top_surroundings& around) {
  if (around.oldest > 0 && time < around.oldest)
    state.complaint = words_of(time, around.now) + " is before the history, which begins "
                      + words_of(around.oldest, around.now);
  else if (is_of_yesterday(time, around.now))
    state.complaint = "this is " + words_of(time, around.now);
  jump_to(state, time, around);
}

void apply_input(top_state& state, const top_input& input, const top_surroundings& around) {
  state.complaint.clear();
  state.complained.reset();
  if (input.clicked) {
    if (state.opened || state.shows_help || !state.detail.empty() || *input.clicked >= around.columns)
      return;
    const auto number = last_column_of(state, around.now)
                        - static_cast<std::int64_t>(around.columns - 1 - *input.clicked);
    return look_at(state, (static_cast<double>(number) + 0.5) * state.step(), around);
  }
  if (type(state, input.key, around) || read_page(state, input.key, around))
    return;
  if (static_cast<int>(input.key) > 0 && static_cast<int>(input.key) < 0x7f)
    apply_character(state, static_cast<char>(input.key), around);
  else
    apply_special(state, input.key, around);
}

} // namespace pmactor
