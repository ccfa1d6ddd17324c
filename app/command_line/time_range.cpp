#include "app/command_line/time_range.hpp"

#include "app/command_line/parse_moment.hpp"
#include "app/command_line/usage_problem.hpp"
#include "messages/time.hpp"

#include <algorithm>

namespace pmactor {

using std::chrono::nanoseconds;

nanoseconds moment_of(const std::string& option, const std::string& text, nanoseconds now) {
  if (const auto result = parse_moment(text, now))
    return *result;
  auto meant = text;
  std::replace(meant.begin(), meant.end(), '.', ':');
  const bool is_near = meant != text && meant.find_first_not_of("0123456789:") == meant.npos && parse_moment(meant, now);
  throw usage_problem(option + " takes a moment like " + moment_examples + ", not '" + text + '\''
                      + (is_near ? "; did you mean " + meant + '?' : "."));
}

time_range read_range(const typed_moment& begin, const typed_moment& end, nanoseconds now, bool ends_now) {
  std::optional<nanoseconds> from, to;
  if (!begin.text.empty())
    from = moment_of(begin.option, begin.text, now);
  if (!end.text.empty())
    to = moment_of(end.option, end.text, now);
  if (from && to && *to <= *from)
    throw usage_problem("The end must be later than the begin: " + begin.option + ' ' + begin.text + " is "
                        + iso_time(*from) + ", and " + end.option + ' ' + end.text + " is " + iso_time(*to) + '.');
  if (from && !to && ends_now && *from >= now)
    throw usage_problem(begin.option + " takes a moment in the past, as the end is the present; " + begin.text + " is "
                        + iso_time(*from) + '.');
  time_range result;
  if (from)
    result.since = to_seconds(*from);
  if (to)
    result.until = to_seconds(*to);
  return result;
}

time_range time_range_flags::find(nanoseconds now) const {
  return read_range({"--since", since}, {"--until", until}, now);
}

time_range time_range_flags::find() const {
  return find(std::chrono::system_clock::now().time_since_epoch());
}

std::shared_ptr<time_range_flags> add_range_flags(CLI::App& verb, const std::string& what) {
  const auto flags = std::make_shared<time_range_flags>();
  verb.add_option("--since", flags->since, "Only " + what + " from this moment on, e.g. " + moment_examples)
    ->type_name("WHEN");
  verb.add_option("--until", flags->until, "Only " + what + " before this moment")->type_name("WHEN");
  return flags;
}

} // namespace pmactor
