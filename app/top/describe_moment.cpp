#include "app/top/describe_moment.hpp"

#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <utility>

namespace pmactor {
namespace {

using stress_points = std::array<std::optional<double>, stress_columns.size()>;

stress_points points_of(const sample_row& x) {
  stress_points result;
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = x[stress_columns[i]];
  return result;
}

/// @returns " = load 40 + disk 20"; empty if no part is known.
std::string parts_of(const stress_points& x) {
  // As stress_columns has them behind the whole.
  static constexpr std::array<const char*, stress_columns.size() - 1> parts{"load", "memory", "heat", "late", "disk"};
  std::string result;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (const auto points = x[i + 1]; points && *points >= 0.5)
      result += (result.empty() ? " = " : " + ") + std::string{parts[i]} + printed(" %.0f", *points);
  return result;
}

/// @returns what is said of the event in view; empty if there is none.
std::string about_event(const top_state& state, const top_page& page, double now) {
  const auto* found = event_in_view(state, *page.events, now);
  if (found == nullptr || found->about.empty())
    return {};
  const auto step = state.step();
  const bool begins_here = column_maker::number_of(found->from, step)
                           == column_maker::number_of(moment_of(state, now), step);
  const auto [place, count] = place_in_column(*page.events, *found, step);
  if (!state.cursor || !begins_here || count < 2)
    return found->about;
  return std::to_string(place) + " of " + std::to_string(count) + " here: " + found->about;
}

/// @returns how far apart samples lie at a column: a sample beside a break does not tell, so that of the nearest before.
std::optional<double> apart_at(const time_columns& columns, std::int64_t number) {
  for (auto x = columns.upper_bound(number); x != columns.begin();)
    if ((--x)->second.peak && x->second.peak->apart)
      return x->second.peak->apart;
  return std::nullopt;
}

/// @param choices the fullest first, the last one for where none fits.
moment_line first_that_fits(std::initializer_list<std::pair<std::string, std::string>> choices, paint tone,
                            std::size_t width) {
  moment_line result;
  result.tone = tone;
  for (const auto& [text, right] : choices) {
    result.text = text;
    result.right = right;
    if (width_of(text) + (right.empty() ? 0 : 1 + width_of(right)) <= width)
      break;
  }
  return result;
}

} // namespace

const sample_row* written_sample(const top_state& state, const top_page& page) {
  return !state.cursor && !page.moment && page.sample ? &*page.sample : nullptr;
}

std::vector<std::string> live_words(const top_page& page, double now) {
  const auto& daemon = page.daemon;
  const std::string front = !daemon.is_running || daemon.is_held_up ? "" : "live";
  constexpr double fresh = 2; // seconds: as old as figures are that are taken each second
  const auto age = page.sample && !page.moment ? now - page.sample->at() : 0; // else that of the present is on its way
  if (!page.sample && !page.moment && daemon.is_running)
    return {front + (front.empty() ? "" : ", ") + "no sample yet", front};
  if (age <= fresh)
    return {front};
  const auto ago = step_words(age) + " ago";
  if (!daemon.is_running)
    return {"newest sample of " + ago, "sample of " + ago, ago};
  return {front + (front.empty() ? "" : ", ") + "sample of " + ago, "sample of " + ago, ago};
}

moment_line describe_moment(const top_state& state, const top_page& page, std::int64_t number, double now,
                            std::size_t width) {
  const auto plain = "1 column = " + step_words(state.step());
  const auto event = about_event(state, page, now);
  const bool is_of_these = page.step == state.step();
  const auto found = page.columns->find(number);
  const auto* peak = is_of_these && found != page.columns->end() && found->second.peak ? &*found->second.peak : nullptr;
  const auto* sample = written_sample(state, page);
  if (sample == nullptr && peak == nullptr) {
    if (!event.empty()) {
      // In the list of events, the selected one is opened.
      const auto hint = event + (state.list == top_list::events ? "" : " · Enter opens it");
      return first_that_fits({{hint, plain}, {hint, ""}, {event, plain}, {event, ""}}, paint::yellow, width);
    }
    const bool is_read = is_of_these && number >= page.known_from && number <= page.known_to;
    if (!is_of_these || (state.cursor && !is_read))
      return first_that_fits({{"reading the history ...", plain}, {"reading the history ...", ""}}, paint::dim, width);
    if (state.cursor && page.daemon.is_running && contains(page.pending, number)) {
      const std::string none = "the sample of this moment is yet to come";
      return first_that_fits({{none, plain}, {none, ""}}, paint::dim, width);
    }
    const std::string none = page.oldest > 0 ? "nothing is recorded of this moment" : "nothing is recorded yet";
    return first_that_fits({{none, plain}, {none, ""}}, paint::yellow, width);
  }
  const auto points = sample != nullptr ? points_of(*sample) : peak->stress;
  const auto stress = "stress " + (points[0] ? printed("%.0f", *points[0]) : std::string{"-"});
  const auto sum = stress + parts_of(points);
  const auto tone = points[0].value_or(0) >= 60   ? paint::red
                    : points[0].value_or(0) >= 30 ? paint::yellow
                                                  : paint::plain;
  const auto worst = sample == nullptr && state.zoom > 0 ? "worst of " + step_words(state.step()) : std::string{};
  const auto right = worst.empty() ? plain : "1 column = " + worst;
  constexpr double each_second = 1.5;
  const auto usual = is_of_these ? apart_at(*page.columns, number) : std::nullopt;
  const auto apart =
    usual.value_or(0) > each_second ? right + ", 1 sample per " + printed("%.0f s", *usual) : right;
  if (event.empty())
    return first_that_fits({{sum, apart}, {sum, right}, {sum, worst}, {sum, ""}}, tone, width);
  const auto both = stress + " · " + event;
  constexpr std::size_t roomy = 70; // from here on the words of an event are cut before the scale is left out
  return first_that_fits({{sum + " · " + event, apart}, {sum + " · " + event, right}, {both, apart}, {both, right},
                          {both, width >= roomy ? right : worst}},
                         tone, width);
}

} // namespace pmactor
