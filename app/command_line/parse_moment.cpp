#include "app/command_line/parse_moment.hpp"

#include "messages/lowered.hpp"
#include "messages/read_real.hpp"
#include "messages/trimmed.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr double longest_span = 100.0 * 366 * 86400; // seconds

struct span_unit {
  std::string_view name;
  double seconds;
};

constexpr std::array<span_unit, 23> units{{
  {"ms", 0.001},    {"s", 1},          {"sec", 1},       {"secs", 1},       {"second", 1},
  {"seconds", 1},   {"m", 60},         {"min", 60},      {"mins", 60},      {"minute", 60},
  {"minutes", 60},  {"h", 3600},       {"hr", 3600},     {"hrs", 3600},     {"hour", 3600},
  {"hours", 3600},  {"d", 86400},      {"day", 86400},   {"days", 86400},   {"w", 604800},
  {"week", 604800}, {"weeks", 604800}, {"wk", 604800},
}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void skip_spaces(std::string_view& text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
}

nanoseconds from_seconds(double seconds) {
  const auto whole = std::floor(seconds); // a double has no room for the nanoseconds since 1970
  return std::chrono::seconds{static_cast<std::int64_t>(whole)} + nanoseconds{std::llround((seconds - whole) * 1e9)};
}

/// Takes a number of exactly this many digits off the text.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count)
    return std::nullopt;
  int result = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(text[i]))
      return std::nullopt;
    result = result * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return result;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c)
    return false;
  text.remove_prefix(1);
  return true;
}

/// Takes "am" or "pm" off the text, and a space before it. @returns how many hours it adds to one that is 0 at twelve.
std::optional<int> take_half_of_day(std::string_view& text) {
  auto rest = text;
  take(rest, ' ');
  if (rest.size() < 2 || (rest.size() > 2 && rest[2] != ' '))
    return std::nullopt;
  const auto half = lowered(rest.substr(0, 2));
  if (half != "am" && half != "pm")
    return std::nullopt;
  text = rest.substr(2);
  return half == "am" ? 0 : 12;
}

/// Takes h[:mm]am or h[:mm]pm off the text. @returns nanoseconds since midnight.
std::optional<nanoseconds> take_half_day_time(std::string_view& text) {
  auto rest = text;
  auto hour = take_digits(rest, 2);
  if (!hour)
    hour = take_digits(rest, 1);
  if (!hour || *hour < 1 || *hour > 12)
    return std::nullopt;
  std::optional<int> minute = 0;
  if (take(rest, ':'))
    minute = take_digits(rest, 2);
  if (!minute || *minute > 59)
    return std::nullopt;
  const auto more = take_half_of_day(rest);
  if (!more)
    return std::nullopt;
  text = rest;
  return std::chrono::hours{*hour % 12 + *more} + std::chrono::minutes{*minute};
}

/// Takes hh:mm, hh:mm:ss or hh:mm:ss.fraction off the text, or a time with am or pm; the hour may lack its zero.
/// @returns nanoseconds since midnight.
std::optional<nanoseconds> take_time(std::string_view& text) {
  if (const auto half_day = take_half_day_time(text))
    return half_day;
  auto hour = take_digits(text, 2);
  if (!hour)
    hour = take_digits(text, 1);
  if (!hour || *hour > 23 || !take(text, ':'))
    return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59)
    return std::nullopt;
  nanoseconds result = std::chrono::hours{*hour} + std::chrono::minutes{*minute};
  if (!take(text, ':'))
    return result;
  const auto second = take_digits(text, 2);
  if (!second || *second > 60)
    return std::nullopt;
  result += std::chrono::seconds{*second};
  if (!take(text, '.') && !take(text, ','))
    return result;
  if (text.empty() || !is_digit(text.front()))
    return std::nullopt;
  for (std::int64_t place = 100'000'000; !text.empty() && is_digit(text.front()); place /= 10) {
    result += nanoseconds{place * (text.front() - '0')};
    text.remove_prefix(1);
  }
  return result;
}

/// Takes Z, +hh, +hhmm or +hh:mm off the text, to its end.
std::optional<nanoseconds> take_zone(std::string_view text) {
  if (text == "Z" || text == "z")
    return nanoseconds{0};
  const bool west = !text.empty() && text.front() == '-';
  if (!west && (text.empty() || text.front() != '+'))
    return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 14)
    return std::nullopt;
  int minutes = 0;
  if (!text.empty()) {
    take(text, ':');
    const auto found = take_digits(text, 2);
    if (!found || *found > 59 || !text.empty())
      return std::nullopt;
    minutes = *found;
  }
  const nanoseconds result = std::chrono::hours{*hours} + std::chrono::minutes{minutes};
  return west ? -result : result;
}

/// @returns midnight of this day plus the time of the day, in local time.
std::optional<nanoseconds> local_moment(int year, int month, int day, nanoseconds time) {
  std::tm parts{};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  parts.tm_year = year - 1900;
  parts.tm_mon = month - 1;
  parts.tm_mday = day;
  parts.tm_hour = static_cast<int>(seconds.count() / 3600);
  parts.tm_min = static_cast<int>(seconds.count() / 60 % 60);
  parts.tm_sec = static_cast<int>(seconds.count() % 60);
  parts.tm_isdst = -1;
  const auto unix_time = std::mktime(&parts);
  if (unix_time == -1)
    return std::nullopt;
  return std::chrono::seconds{unix_time} + (time - seconds);
}

std::tm local_parts(nanoseconds wall) {
  const auto seconds
    = static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(wall).count());
  std::tm result{};
  ::localtime_r(&seconds, &result);
  return result;
}

struct past_day {
  int days = 0; ///< How many ago it was.
  bool repeats = false; ///< A day of the week.
};

/// Takes a word for a day off the text; a day of the week is the last one, which may be today.
/// @returns nullopt if the text does not begin with such a word.
std::optional<past_day> take_day(std::string_view& text, nanoseconds now) {
  constexpr std::array<std::string_view, 7> week{"sunday",   "monday", "tuesday", "wednesday",
                                                 "thursday", "friday", "saturday"};
  const auto length = std::min(text.find(' '), text.size());
  const auto word = lowered(text.substr(0, length));
  std::optional<past_day> result;
  if (word == "today" || word == "yesterday")
    result = past_day{word == "today" ? 0 : 1, false};
  for (std::size_t day = 0; day < week.size(); ++day)
    if (word == week[day])
      result = past_day{(local_parts(now).tm_wday - static_cast<int>(day) + 7) % 7, true};
  if (result)
    text.remove_prefix(length);
  return result;
}

struct day_of_year {
  int month = 0, day = 0; ///< From 1 on.
};

/// Takes "Nov 29" or "29 Nov" off the text; the month may be written out.
std::optional<day_of_year> take_day_of_year(std::string_view& text) {
  constexpr std::array<std::string_view, 12> months{"january", "february", "march",     "april",   "may",      "june",
                                                    "july",    "august",   "september", "october", "november", "december"};
  auto rest = text;
  day_of_year result;
  const auto take_day_number = [&] {
    auto day = take_digits(rest, 2);
    if (!day)
      day = take_digits(rest, 1);
    result.day = day.value_or(0);
    return result.day >= 1 && result.day <= 31 && (rest.empty() || rest.front() == ' ');
  };
  const auto take_month = [&] {
    const auto length = std::min(rest.find(' '), rest.size());
    const auto word = lowered(rest.substr(0, length));
    for (std::size_t i = 0; i < months.size(); ++i)
      if (word == months[i] || word == months[i].substr(0, 3))
        result.month = static_cast<int>(i) + 1;
    rest.remove_prefix(length);
    return result.month > 0;
  };
  const bool day_first = !rest.empty() && is_digit(rest.front());
  const auto take_part = [&](bool is_day) { return is_day ? take_day_number() : take_month(); };
  if (!take_part(day_first) || !take(rest, ' ') || !take_part(!day_first))
    return std::nullopt;
  text = rest;
  return result;
}

/// Of a day of the year with or without a time: the last one that is not yet to come.
std::optional<nanoseconds> find_day_of_year(const day_of_year& x, nanoseconds time, nanoseconds now) {
  constexpr int leap_cycle = 8; // years without a 29th of February follow each other up to so many times
  const auto this_year = local_parts(now).tm_year + 1900;
  for (auto year = this_year; year >= this_year - leap_cycle; --year) {
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(x.month)},
                                           std::chrono::day{static_cast<unsigned>(x.day)}};
    if (!date.ok())
      continue;
    if (const auto found = local_moment(year, x.month, x.day, time); found && *found <= now)
      return found;
  }
  return std::nullopt;
}

/// @returns Unix seconds, of a number that is too great for a span, as `--json` and `--csv` print them.
std::optional<nanoseconds> parse_unix_seconds(std::string_view text, double least) {
  double seconds = 0;
  const auto* last = text.data() + text.size();
  const auto [end, problem] = read_real(text.data(), last, seconds, std::chars_format::fixed);
  if (problem != std::errc{} || end != last || !(seconds >= least && seconds < 9e9))
    return std::nullopt;
  return from_seconds(seconds);
}

std::optional<nanoseconds> parse_date(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-'))
    return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-'))
    return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *year < 1970 || *year > 2200)
    return std::nullopt;
  if (text.empty())
    return local_moment(*year, *month, *day, {});
  if (!take(text, 'T') && !take(text, ' '))
    return std::nullopt;
  const auto time = take_time(text);
  if (!time)
    return std::nullopt;
  skip_spaces(text);
  if (text.empty())
    return local_moment(*year, *month, *day, *time);
  const auto zone = take_zone(text);
  if (!zone)
    return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch() + *time - *zone;
}

} // namespace

std::optional<nanoseconds> parse_span(std::string_view text) {
  text = trimmed(text);
  if (text.empty())
    return std::nullopt;
  double sum = 0;
  while (!text.empty()) {
    double number = 0;
    const auto* last = text.data() + text.size();
    if (!is_digit(text.front()))
      return std::nullopt;
    const auto [end, problem]
      = read_real(text.data(), last, number, std::chars_format::fixed);
    if (problem != std::errc{})
      return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    skip_spaces(text);
    std::size_t length = 0;
    while (length < text.size() && text[length] >= 'a' && text[length] <= 'z')
      ++length;
    const auto name = text.substr(0, length);
    double factor = name.empty() && text.empty() && sum == 0 ? 1 : 0; // a number alone is seconds
    for (const auto& unit : units)
      if (unit.name == name)
        factor = unit.seconds;
    if (factor == 0)
      return std::nullopt;
    text.remove_prefix(length);
    skip_spaces(text);
    sum += number * factor;
    if (!(sum <= longest_span))
      return std::nullopt;
  }
  return from_seconds(sum);
}

std::optional<nanoseconds> parse_moment(std::string_view text, nanoseconds now) {
  text = trimmed(text);
  if (text == "now")
    return now;
  if (const auto back = take_day(text, now)) {
    skip_spaces(text);
    const auto time = text.empty() ? nanoseconds{0} : take_time(text);
    if (!time || !text.empty())
      return std::nullopt;
    const auto parts = local_parts(now);
    const auto on = [&](int day) { return local_moment(parts.tm_year + 1900, parts.tm_mon + 1, day, *time); };
    const auto found = on(parts.tm_mday - back->days);
    return back->repeats && found && *found > now ? on(parts.tm_mday - back->days - 7) : found;
  }
  if (const auto day = take_day_of_year(text)) {
    skip_spaces(text);
    const auto time = text.empty() ? nanoseconds{0} : take_time(text);
    return time && text.empty() ? find_day_of_year(*day, *time, now) : std::nullopt;
  }
  if (!text.empty() && text.front() == '@')
    return parse_unix_seconds(text.substr(1), 0);
  if (!text.empty() && text.find_first_not_of("0123456789.") == text.npos) {
    constexpr double least_unix = 1e8; // of 1973; three years as a span
    if (const auto unix_time = parse_unix_seconds(text, least_unix))
      return unix_time;
    if (text.find('.') != text.npos) // more likely a time of the day than a span to the split second
      return std::nullopt;
  }
  if (const auto date = parse_date(text))
    return date;
  if (auto rest = text; const auto time = take_time(rest)) {
    if (!rest.empty())
      return std::nullopt;
    const auto parts = local_parts(now);
    const auto on = [&](int day) { return local_moment(parts.tm_year + 1900, parts.tm_mon + 1, day, *time); };
    const auto today = on(parts.tm_mday);
    return today && *today > now ? on(parts.tm_mday - 1) : today;
  }
  if (text.size() > 4 && text.substr(text.size() - 4) == " ago")
    text.remove_suffix(4);
  else
    take(text, '-'); // as journalctl has it
  if (const auto span = parse_span(text))
    return now - *span;
  return std::nullopt;
}

named_span span_named_by(std::string_view text, nanoseconds at) {
  using namespace std::chrono_literals;
  text = trimmed(text);
  auto rest = text;
  bool is_day = take_day(rest, at) || take_day_of_year(rest);
  if (!is_day && parse_date(text)) {
    constexpr std::size_t date_length = 10;
    rest = text.substr(date_length);
    is_day = true;
    take(rest, 'T');
  }
  skip_spaces(rest);
  if (is_day && rest.empty()) {
    const auto parts = local_parts(at);
    const auto next = local_moment(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday + 1, {});
    return {at, next.value_or(at + 24h)};
  }
  const auto clock = rest;
  if (take_time(rest)) {
    const auto typed = clock.substr(0, clock.size() - rest.size());
    const auto colons = std::count(typed.begin(), typed.end(), ':');
    if (colons < 2)
      return {at, at + 1min};
  }
  if (at % 1s == 0ns)
    return {at, at + 1s};
  return {at - 500ms, at + 500ms};
}

std::string iso_time(nanoseconds wall) {
  const auto parts = local_parts(wall);
  std::array<char, 40> time{}, zone{};
  std::strftime(time.data(), time.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::strftime(zone.data(), zone.size(), "%z", &parts);
  std::string result = time.data();
  result.append(zone.data(), 3).append(1, ':').append(zone.data() + 3);
  return result;
}

} // namespace pmactor
