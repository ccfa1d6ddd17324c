// Decides what the live view looks at: the moment, the width of a column in time, the list below
// the curves, and what each key changes of it. Pure: the present, the size of the screen and the
// events are arguments.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pmactor {

/// What stands below the curves.
enum class top_list : std::uint8_t { processes, units, events, actors };
inline constexpr std::size_t top_lists = 4;
inline constexpr std::size_t top_id_width = 5; ///< Of the numbers in the list of events.

/// What processes and units are ordered by.
enum class top_order : std::uint8_t { harm, cpu, disk, memory };
inline constexpr std::size_t top_orders = 4;

/// Seconds a column may stand for.
inline constexpr std::array<double, 10> top_steps{1,   5,    15,    60,    300,
                                                  900, 3600, 10800, 21600, 43200};

/// A key, as the terminal's own code or one of these.
enum class top_key : int {
  none = 0,
  left = 0x110000, ///< Beyond all characters.
  right,
  up,
  down,
  page_up,
  page_down,
  home,
  end,
  enter,
  escape,
  tab,
  back_tab,
  backspace,
};

/// What happened at the terminal.
struct top_input {
  top_key key = top_key::none; ///< Or a character, by its code.
  /// A click into this column of the curves, counted from the left.
  std::optional<std::size_t> clicked;
};

/// An event as the view knows all of them.
struct top_event {
  std::int64_t id = 0;
  std::string kind; ///< As people call it: "stop" if an outage was ordered.
  double from = 0, to = 0; ///< Unix seconds.
  bool lasts = false;
  std::string line; ///< As in the list of events, without a line feed. Escaped.
  std::string about = {}; ///< "pause 3, 4.56 s: a signal stopped pmactor". Escaped.
  bool is_of_machine = false; ///< An outage that ends with the boot of the machine, not the start of the daemon.
  friend bool operator==(const top_event&, const top_event&) = default;
};

/// What a person looks at.
struct top_state {
  std::optional<double> cursor; ///< Unix seconds; absent: the present, whatever it is.
  double right = 0;             ///< The time of the last column, if there is a cursor.
  bool is_held = false;         ///< The cursor was set in order to hold the view still.
  std::size_t zoom = 0;         ///< Of top_steps.
  std::size_t turned = 0;       ///< How often one went on to curves for which there was no room.
  top_list list = top_list::processes;
  top_order order = top_order::harm;
  std::size_t selected = 0; ///< Line of the list.
  std::string filter;       ///< What names must contain; capitals do not matter.
  enum class typing : std::uint8_t { none, filter, moment } typed = typing::none;
  std::string text;                   ///< What is being typed.
  std::string complaint;              ///< About the last input; empty if there is none.
  std::optional<double> complained;   ///< Since when it is shown, in Unix seconds; see expire_complaint().
  std::optional<std::int64_t> chosen; ///< The event to which one went, until the cursor is moved in another way.
  std::optional<std::int64_t> opened; ///< The event that is shown in place of all else.
  std::size_t scrolled = 0;           ///< Lines of that.
  std::string detail; ///< What is shown in place of all else of a process or an actor; empty if nothing is. Escaped lines.
  bool shows_help = false;
  bool wants_end = false;

  double step() const {
    return top_steps[zoom];
  }
  friend bool operator==(const top_state&, const top_state&) = default;
};

/// What a key is judged by, beside the state.
struct top_surroundings {
  double now = 0;                                 ///< Unix seconds.
  std::size_t columns = 60;                       ///< Of the curves.
  std::size_t list_rows = 5;                      ///< Lines of the list that are seen,
  std::size_t list_size = 0;                      ///< and how many there are.
  std::size_t opened_size = 0, opened_rows = 20;  ///< The same of an opened event, or the help.
  double oldest = 0;                              ///< Of what is stored; Unix seconds.
  const std::vector<top_event>* events = nullptr; ///< By when they began; may be null.
  std::optional<std::int64_t> selected_event;     ///< In the list of events,
  std::optional<std::size_t> selected_line;       ///< and its line; absent if it has none.
  std::string selected_detail; ///< What is known of the selected process or actor; empty if none is selected. Escaped.
};

/// Takes one input. Never fails: what means nothing changes nothing.
void apply_input(top_state& state, const top_input& input, const top_surroundings& around);

/// Takes back what was said of the last input once it was shown for as long as one reads it, so that the keys are seen again.
void expire_complaint(top_state& state, double now);

/// Goes to a moment (Unix seconds) with the columns around it; from before the oldest sample to that one, and says so. That
/// a moment is of yesterday is said as well: of a time of the day that is yet to come today, the last one is meant.
void go_to(top_state& state, double time, const top_surroundings& around);

/// @returns the moment that is looked at.
double moment_of(const top_state& state, double now);

/// @returns the number of the last column that is seen; see column_maker.
std::int64_t last_column_of(const top_state& state, double now);

/// @returns the event at a moment, the shortest of several; of none, that within a column of it;
/// null if none is.
const top_event* event_at(const std::vector<top_event>& events, double time, double step);

/// @returns the event that is looked at: the one to which one went, or else that at the cursor; live, one that is not
/// over; null if none is.
const top_event* event_in_view(const top_state& state, const std::vector<top_event>& events, double now);

/// @returns the place of an event among those that begin in the same column, and how many these are: {2, 3} is "2 of 3".
/// @param event one of these. @param step seconds a column.
std::pair<std::size_t, std::size_t> place_in_column(const std::vector<top_event>& events, const top_event& event,
                                                    double step);

/// @returns "15 min": what a column stands for.
std::string step_words(double step);

std::string to_string(top_list x);
std::string to_string(top_order x);

} // namespace pmactor
