#include "app/command_line/time_range.hpp"

#include "app/command_line/parse_moment.hpp"
#include "app/command_line/usage_problem.hpp"
#include "messages/time.hpp"

namespace pmactor {

using std::chrono::nanoseconds;

nanoseconds moment_of(const std::string& option, const std::string& text, nanoseconds now) {
  if (const auto result = parse_moment(text, now))
    return *result;
  throw usage_problem(option + " takes a moment like " + moment_examples + ", not '" + text + "'.");
}

time_range time_range_flags::find(nanoseconds now) const {
  time_range result;
  std::optional<nanoseconds> begin;
  if (!since.empty()) {
    begin = moment_of("--since", since, now);
    result.since = to_seconds(*begin);
  }
  if (until.empty())
    return result;
  auto end = moment_of("--until", until, now);
  if (begin && end <= *begin && is_time_of_day(until))
    end = moment_of("--until", until, *begin + std::chrono::days{1});
  if (begin && end <= *begin)
    throw usage_problem("Nothing can lie between --since " + since + ", which is " + iso_time(*begin) + ", and --until "
                        + until + ", which is " + iso_time(end) + '.');
  result.until = to_seconds(end);
  return result;
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
