#include "app/top/draw_curves.hpp"

#include "app/views/outage_words.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>

namespace pmactor {
namespace {

using column = sample_column;

/// How a value is written.
enum class unit : std::uint8_t { points, percent, number, bytes, rate, celsius, megahertz, seconds };

struct curve {
  const char* name;
  column of;
  unit in;
  double full; ///< The value at full height; 0: the most of what is seen.
  double hot;  ///< From here on it is drawn in red, from half of it in yellow; 0: never.
};

/// In the order in which they are shown; those in front are kept where there is little room.
constexpr std::array<curve, 27> curves{{
  {"cpu", column::cpu_pct, unit::percent, 100, 0},
  {"psi cpu", column::psi_cpu_some, unit::percent, 100, 40},
  {"psi mem", column::psi_mem_some, unit::percent, 100, 20},
  {"psi disk", column::psi_io_some, unit::percent, 100, 40},
  {"read", column::io_read, unit::rate, 0, 0},
  {"write", column::io_write, unit::rate, 0, 0},
  {"mem free", column::mem_available, unit::bytes, 0, 0},
  {"late", column::late_beat, unit::seconds, 0, 0.2},
  {"load", column::load_avg, unit::number, 0, 0},
  {"cpu late", column::late_cpu, unit::seconds, 0, 1},
  {"mem late", column::late_memory, unit::seconds, 0, 1},
  {"dsk late", column::late_disk, unit::seconds, 0, 1},
  {"mnt late", column::late_mount, unit::seconds, 0, 1},
  {"app late", column::late_program, unit::seconds, 0, 1},
  {"gui late", column::late_desktop, unit::seconds, 0, 1},
  {"swap", column::swap_used, unit::bytes, 0, 0},
  {"load pts", column::stress_load, unit::points, 40, 30},
  {"mem pts", column::stress_memory, unit::points, 30, 20},
  {"late pts", column::stress_latency, unit::points, 30, 10},
  {"disk pts", column::stress_io, unit::points, 20, 20},
  {"heat pts", column::stress_thermal, unit::points, 20, 20},
  {"mem full", column::psi_mem_full, unit::percent, 100, 20},
  {"disk full", column::psi_io_full, unit::percent, 100, 40},
  {"sent", column::net_sent, unit::rate, 0, 0},
  {"received", column::net_recv, unit::rate, 0, 0},
  {"cpu temp", column::cpu_temp, unit::celsius, 100, 90},
  {"gpu", column::gpu_pct, unit::percent, 100, 0},
}};

const time_column* find_column(const top_page& page, std::int64_t number) {
  const auto found = page.columns->find(number);
  return found == page.columns->end() ? nullptr : &found->second;
}

std::optional<envelope> value_at(const top_page& page, std::int64_t number, column of) {
  const auto* found = find_column(page, number);
  return found != nullptr ? (*found)[of] : std::nullopt;
}

/// @returns whether the time of a column is recorded, also if its figures are yet to come.
bool is_recorded(const top_page& page, std::int64_t number) {
  if (const auto* found = find_column(page, number); found != nullptr && found->is_recorded)
    return true;
  return page.daemon.is_running && contains(page.pending, number);
}

std::string short_amount(double x) {
  static constexpr std::array<char, 6> units{' ', 'k', 'M', 'G', 'T', 'P'};
  std::size_t step = 0;
  for (; std::abs(x) >= 999.5 && step + 1 < units.size(); ++step)
    x /= 1000;
  auto result = printed(step > 0 && x < 9.95 ? "%.1f" : "%.0f", x);
  if (step > 0)
    result += units[step];
  return result;
}

std::string written(double x, unit in) {
  switch (in) {
    case unit::points:
      return printed("%.0f", x);
    case unit::percent:
      return printed(x > 0 && x < 9.95 ? "%.1f %%" : "%.0f %%", x);
    case unit::number:
      return printed("%.2f", x);
    case unit::bytes:
      return short_amount(x) + 'B';
    case unit::rate:
      return short_amount(x) + "B/s";
    case unit::celsius:
      return printed("%.0f °C", x);
    case unit::megahertz:
      return printed("%.0f MHz", x);
    case unit::seconds:
      return spelled(std::chrono::nanoseconds{std::llround(std::clamp(x, 0.0, 1e9) * 1e9)});
  }
  return {};
}

/// Of memory that is free the least is what matters.
double telling(const envelope& x, column of) {
  return of == column::mem_available ? x.least : x.most;
}

/// @returns the glyph that fills so many eighths of a cell from below.
const char* block(std::size_t eighths, bool unicode) {
  static constexpr std::array<const char*, 9> fine{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static constexpr std::array<const char*, 9> plain{" ", ".", ".", ":", ":", "+", "+", "#", "#"};
  return unicode ? fine[eighths] : plain[eighths];
}

double full_of(const curve& x, const top_page& page, std::size_t width, std::int64_t last) {
  if (x.full > 0)
    return x.full;
  constexpr double least_late = 0.1; // a lateness that none feels is drawn low
  double most = x.in == unit::seconds ? least_late : 0;
  for (auto i = last - static_cast<std::int64_t>(width) + 1; i <= last; ++i) {
    if (const auto value = value_at(page, i, x.of))
      most = std::max(most, value->most);
    if (const auto total =
          x.of == column::mem_available ? value_at(page, i, column::mem_total) : std::nullopt)
      most = std::max(most, total->most);
  }
  return most;
}

void draw_one(canvas& out, const curve& x, const top_page& page, const curve_area& area,
              std::size_t y, std::size_t lines, std::int64_t last, const std::optional<double>& figure) {
  const auto middle = y + (lines - 1) / 2;
  out.put(0, middle, x.name, paint::dim, area.left - 1);
  const auto full = full_of(x, page, area.width, last);
  for (std::size_t i = 0; i < area.width; ++i) {
    const auto number = last - static_cast<std::int64_t>(area.width - 1 - i);
    const auto value = value_at(page, number, x.of);
    if (!value) {
      if (is_recorded(page, number)) // only what is not recorded is blank
        out.put(area.left + i, y + lines - 1, out.unicode() ? "·" : "-", paint::dim);
      continue;
    }
    const auto shown = telling(*value, x.of);
    const auto tone = !(shown > 0)                      ? paint::dim
                      : x.hot > 0 && shown >= x.hot     ? paint::red
                      : x.hot > 0 && shown >= x.hot / 2 ? paint::yellow
                                                        : paint::green;
    const auto share = full > 0 ? std::clamp(shown / full, 0.0, 1.0) : 0;
    // What is there is never drawn as nothing: then it would look like what is not known.
    auto eighths = std::max<std::size_t>(
      1, static_cast<std::size_t>(std::lround(share * 8 * static_cast<double>(lines))));
    for (std::size_t k = 0; k < lines && eighths > 0; ++k) {
      const auto here = std::min<std::size_t>(8, eighths);
      out.put(area.left + i, y + lines - 1 - k, block(here, out.unicode()), tone);
      eighths -= here;
    }
  }
  out.put_left_of(out.width(), middle, figure ? written(*figure, x.in) : "-");
}

bool is_absent(const curve& x, const top_page& page) {
  return std::none_of(page.columns->begin(), page.columns->end(),
                      [&x](const auto& one) { return one.second[x.of].has_value(); });
}

/// The signs of events, the gravest last.
struct event_mark {
  const char* kind;
  char mark;
  paint tone;
};
constexpr std::array<event_mark, 9> event_marks{{
  {"critical", '!', paint::yellow},
  {"clock", 'C', paint::yellow},
  {"slowed", 'L', paint::yellow},
  {"incident", 'I', paint::yellow},
  {stop_kind, 'x', paint::dim},
  {"sleep", 'z', paint::dim},
  {"stall", 'S', paint::red},
  {"pause", 'P', paint::red},
  {"outage", 'X', paint::red},
}};

std::size_t rank_of(char mark) {
  for (std::size_t i = 0; i < event_marks.size(); ++i)
    if (event_marks[i].mark == mark)
      return i + 1;
  return 0;
}

char mark_of(const std::string& kind) {
  for (const auto& x : event_marks)
    if (kind == x.kind)
      return x.mark;
  return '?';
}

} // namespace

void draw_curves(canvas& out, const top_page& page, const curve_area& area, std::int64_t last,
                 std::int64_t cursor, const sample_row* newest) {
  if (area.height == 0 || area.width == 0)
    return;
  constexpr curve stress{"stress", column::stress_total, unit::points, 100, 60};
  std::vector<const curve*> shown;
  for (const auto& x : curves)
    if (page.columns->empty() || !is_absent(x, page)) // else this machine does not have it
      shown.push_back(&x);
  const auto usual = area.height >= 20  ? std::size_t{5}
                     : area.height >= 9 ? std::size_t{3}
                                        : std::size_t{1};
  const auto rest = area.height > shown.size() ? area.height - shown.size() : 0;
  const auto tall = std::min(area.height, std::max(usual, rest));
  if (const auto room = area.height - tall; room < shown.size())
    std::rotate(shown.begin(), shown.begin() + static_cast<std::ptrdiff_t>(area.turned * room % shown.size()),
                shown.end());
  const auto figure = [&](column of) -> std::optional<double> {
    if (newest != nullptr)
      return (*newest)[of];
    const auto value = value_at(page, cursor, of);
    return value ? std::optional{telling(*value, of)} : std::nullopt;
  };
  draw_one(out, stress, page, area, area.top, tall, last, figure(stress.of));
  auto y = area.top + tall;
  for (std::size_t i = 0; i < shown.size() && y < area.top + area.height; ++i, ++y)
    draw_one(out, *shown[i], page, area, y, 1, last, figure(shown[i]->of));
}

std::string marks_of(const top_page& page, std::size_t width, std::int64_t last) {
  const auto first = last - static_cast<std::int64_t>(width) + 1;
  std::string result(width, ' ');
  for (std::size_t i = 0; i < width; ++i)
    if (is_recorded(page, first + static_cast<std::int64_t>(i)))
      result[i] = '.';
  for (const auto& x : *page.events) {
    const auto from = column_maker::number_of(x.from, page.step),
               to = column_maker::number_of(x.to, page.step);
    for (auto i = std::max(from, first); i <= std::min(to, last); ++i) {
      auto& place = result[static_cast<std::size_t>(i - first)];
      if (const auto mark = mark_of(x.kind); rank_of(mark) >= rank_of(place))
        place = mark;
    }
  }
  return result;
}

std::string legend_of(const std::string& marks) {
  std::string result;
  const auto add = [&](char mark, const std::string& meaning) {
    if (marks.find(mark) != marks.npos)
      result += (result.empty() ? "Marks: " : ", ") + meaning;
  };
  for (auto x = event_marks.rbegin(); x != event_marks.rend(); ++x)
    add(x->mark, x->mark + std::string{' '} + x->kind);
  add('.', ". recorded");
  add(' ', "blank not recorded");
  return result;
}

paint tone_of_mark(char mark) {
  const auto rank = rank_of(mark);
  return rank > 0 ? event_marks[rank - 1].tone : paint::dim;
}

} // namespace pmactor
