#include "app/report/render_period.hpp"

#include "app/explain/read_record.hpp"
#include "app/patterns/render_patterns.hpp"
#include "app/report/draw_timeline.hpp"
#include "app/report/report_markup.hpp"
#include "app/report/report_style.hpp"
#include "app/views/event_values.hpp"
#include "app/views/outage_words.hpp"
#include "app/views/render_event.hpp"
#include "app/views/scope_words.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

namespace pmactor {
namespace {

using namespace report;

constexpr std::size_t most_days = 366, most_worst = 12, most_patterns = 40;

/// What an event took time from, as the sums at the head of the page have it.
enum class loss : std::uint8_t {
  none,    ///< Nothing stood still: a sleep, a clock that was set.
  pause,   ///< Of the machine.
  own,     ///< A pause of pmactor, while its sampler ran on.
  perhaps, ///< A pause of pmactor, of which nothing shows whether another process had it.
  stall,
  outage,
  stop, ///< In good order: counted, and no trouble.
  other,
};

loss loss_of(const event_row& x) {
  if (x.kind == "sleep" || x.kind == "clock")
    return loss::none;
  if (x.kind == "stall")
    return loss::stall;
  if (x.kind == "outage")
    return was_mishap(x) ? loss::outage : loss::stop;
  if (x.kind != "pause")
    return loss::other;
  switch (span_event_of(x, 0).effect) {
    case span_effect::asleep:
      return loss::none;
    case span_effect::alone:
      return loss::own;
    case span_effect::unwitnessed:
      return loss::perhaps;
    default:
      return loss::pause;
  }
}

/// @returns whose it was, to stand behind its name; empty if it was the machine's.
std::string whose_words(loss x) {
  return x == loss::own       ? ", of " + std::string{of_pmactor_alone}
         : x == loss::perhaps ? ", of " + std::string{of_pmactor_at_least}
                              : std::string{};
}

struct total {
  std::size_t count = 0;
  double seconds = 0;
};

/// What happened on one day, or in all.
struct event_sums {
  total pauses, own, perhaps, stalls, outages, stops, stress;
  double longest = 0;

  /// @returns for how long the machine itself was held up.
  double held_up() const {
    return pauses.seconds + stalls.seconds;
  }

  void add(const event_row& x) {
    const auto lasted = std::max(0.0, x.duration.value_or(0));
    if (x.kind == "critical") { // counted, but under stress nothing stood still
      ++stress.count;
      stress.seconds += lasted;
      return;
    }
    const auto what = loss_of(x);
    auto* to = what == loss::pause     ? &pauses
               : what == loss::own     ? &own
               : what == loss::perhaps ? &perhaps
               : what == loss::stall   ? &stalls
               : what == loss::outage  ? &outages
               : what == loss::stop    ? &stops
                                       : nullptr;
    if (to == nullptr)
      return;
    ++to->count;
    to->seconds += lasted;
    if (what != loss::stop)
      longest = std::max(longest, lasted);
  }
};

event_sums sum_all(const std::vector<event_row>& events) {
  event_sums result;
  for (const auto& x : events)
    result.add(x);
  return result;
}

std::string plural(std::size_t count, const char* one, const char* many) {
  return grouped(count) + ' ' + (count == 1 ? one : many);
}

std::string fact(const char* what, const std::string& value, const std::string& more = {}) {
  return std::string{"<div><dt>"} + what + "</dt><dd>" + value
         + (more.empty() ? "" : "<small>" + more + "</small>") + "</dd></div>";
}

std::map<std::string, event_sums> sum_days(const std::vector<event_row>& events) {
  std::map<std::string, event_sums> result;
  for (const auto& x : events)
    if (x.started)
      result[moment_words(x.started, "%F")].add(x);
  return result;
}

/// @returns two cells: how many, and how long in all.
std::string cells_of(const total& x) {
  return "<td>" + std::to_string(x.count) + "</td><td>"
         + (x.count > 0 ? html(span_words(x.seconds)) : "–") + "</td>";
}

std::string days_section(const period_facts& facts) {
  constexpr double day = 86400;
  const auto days = sum_days(facts.events);
  const auto all = sum_all(facts.events);
  double most = 0;
  for (const auto& [date, sum] : days)
    most = std::max(most, sum.held_up());
  std::string rows, previous;
  std::size_t count = 0;
  // By steps of less than a day, as a day may have 23 hours.
  for (auto time = facts.lived.span.from; time < facts.lived.span.to + day / 2 && count < most_days;
       time += day / 2) {
    const auto date = moment_words(std::min(time, facts.lived.span.to - 1), "%F");
    if (date == previous)
      continue;
    previous = date;
    ++count;
    const auto found = days.find(date);
    const auto sum = found == days.end() ? event_sums{} : found->second;
    const auto share = most > 0 ? sum.held_up() / most * 100 : 0;
    rows += "<tr><th scope=\"row\">"
            + html(moment_words(std::min(time, facts.lived.span.to - 1), "%a %F")) + "</th>"
            + cells_of(sum.pauses) + cells_of(sum.stalls)
            + (all.own.count > 0 ? cells_of(sum.own) : "")
            + (all.perhaps.count > 0 ? cells_of(sum.perhaps) : "")
            + (all.outages.count > 0 ? cells_of(sum.outages) : "")
            + (all.stops.count > 0 ? cells_of(sum.stops) : "")
            + (all.stress.count > 0 ? cells_of(sum.stress) : "") + "<td>"
            + (sum.longest > 0 ? html(span_words(sum.longest)) : "–")
            + "</td><td class=\"in\"><div class=\"bar\" aria-hidden=\"true\" "
              "style=\"--c:var(--pause);--w:"
            + number(share, 1) + "%\">" + (share > 0 ? "<i></i>" : "") + "</div></td></tr>";
  }
  const auto column = [](const std::string& name) { return "<th scope=\"col\">" + name + "</th>"; };
  const auto sums = [&column](const std::string& name) { return column(name) + column("in all"); };
  const auto heading = column("Day") + sums("Pauses") + sums("Stalls")
                       + (all.own.count > 0 ? sums("Of " + std::string{of_pmactor_alone}) : "")
                       + (all.perhaps.count > 0 ? sums("Of " + std::string{of_pmactor_at_least}) : "")
                       + (all.outages.count > 0 ? sums("Outages") : "")
                       + (all.stops.count > 0 ? sums("Stops in good order") : "")
                       + (all.stress.count > 0 ? sums("Critical stress") : "") + column("longest")
                       + column("held up");
  return section("days", "Day by day",
                 "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"days\">"
                 "<table class=\"days\"><thead><tr>"
                   + heading + "</tr></thead><tbody>" + rows + "</tbody></table></div>"
                   + (all.own.count + all.perhaps.count > 0
                        ? "<p class=\"note\">Of pmactor alone are the pauses in which its sampler ran "
                          "on. Where a signal, a debugger or a limit reached both, nothing shows whether "
                          "other processes stood still. Neither count as the machine's.</p>"
                        : ""));
}

std::string patterns_section(const period_facts& facts) {
  std::string list, rest;
  for (std::size_t i = 0; i < facts.patterns.patterns.size() && i < most_patterns; ++i) {
    const auto& x = facts.patterns.patterns[i];
    list += "<li><b>" + grouped(x.count()) + " × " + html(in_words(x.traits, x.unit)) + "</b><br>"
            + html(rhythm_words(x)) + ", " + html(span_words(x.shortest)) + " to "
            + html(span_words(x.longest)) + "; last " + html(day_words(x.last, facts.now))
            + "</li>";
  }
  for (std::size_t i = 0; i < facts.patterns.rest.size() && i < most_patterns; ++i) {
    const auto& x = facts.patterns.rest[i];
    rest += "<li><b>" + grouped(x.count) + " × " + html(in_words(x.traits, x.unit))
            + "</b>; last " + html(day_words(x.last, facts.now)) + "</li>";
  }
  return section("patterns", "What repeats",
                 (list.empty() ? "<p class=\"none\">Nothing does at regular times.</p>"
                               : "<ul class=\"plain\">" + list + "</ul>")
                   + (rest.empty() ? ""
                                   : "<p class=\"note\">More than once, at no regular time:</p>"
                                     "<ul class=\"plain\">"
                                       + rest + "</ul>"));
}

std::string worst_section(const period_facts& facts) {
  std::vector<const event_row*> worst;
  for (const auto& x : facts.events)
    if (const auto what = loss_of(x); what != loss::none && what != loss::stop && x.kind != "critical")
      worst.push_back(&x);
  std::stable_sort(worst.begin(), worst.end(), [](const auto* a, const auto* b) {
    return a->duration.value_or(0) > b->duration.value_or(0);
  });
  if (worst.size() > most_worst)
    worst.resize(most_worst);
  std::string list;
  for (const auto* x : worst) {
    const auto who = main_suspect(*x);
    list += "<li><b>" + html(span_words(x->duration)) + "</b>, "
            + html(moment_words(x->started, "%a %F %T")) + ", " + html(x->kind) + ' '
            + std::to_string(x->id) + whose_words(loss_of(*x))
            + ": " + html(event_reason(*x))
            + (who.empty() ? "" : ", " + name_of(who)) + "</li>";
  }
  return section("worst", "The longest",
                 list.empty() ? "<p class=\"none\">There was none.</p>"
                              : "<ul class=\"plain\">" + list + "</ul>");
}

std::string headline(const period_facts& facts) {
  const auto all = sum_all(facts.events);
  std::string result;
  if (all.pauses.count + all.stalls.count > 0 || facts.lived.off > 0)
    result =
      plural(all.pauses.count, "pause", "pauses") + ", " + plural(all.stalls.count, "stall", "stalls");
  else
    result = !facts.lived.lived_pct      ? "Nothing is recorded"
             : all.perhaps.count > 0 ? "Nothing is known to have held this machine up"
                                     : "Nothing held this machine up";
  if (all.own.count > 0)
    result += ", " + plural(all.own.count, "pause", "pauses") + " of " + std::string{of_pmactor_alone};
  if (all.perhaps.count > 0)
    result += ", " + plural(all.perhaps.count, "pause", "pauses") + " of " + std::string{of_pmactor_at_least};
  if (all.outages.count > 0)
    result += ", " + plural(all.outages.count, "outage", "outages");
  if (all.stops.count > 0)
    result += ", " + plural(all.stops.count, "stop", "stops") + " in good order";
  if (all.stress.count > 0)
    result += ", " + plural(all.stress.count, "time", "times") + " of critical stress";
  return result;
}

} // namespace

std::string render_period(const period_facts& facts) {
  const auto& lived = facts.lived;
  const auto title = headline(facts);
  std::string result =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n"
    "<title>"
    + html("pmactor: " + title) + "</title>\n<style>" + std::string{report_style}
    + "</style>\n</head>\n<body>\n";
  result += "<header><p class=\"kind\"><b>Summary</b></p><h1>" + with_whole_amounts(html(title))
            + "</h1><p class=\"when\"><time>"
            + html(moment_words(lived.span.from, "%A, %-d %B %Y, %H:%M")) + "</time> to <time>"
            + html(moment_words(lived.span.to, "%A, %-d %B %Y, %H:%M"))
            + "</time></p><dl class=\"facts\">";
  result +=
    fact("Lived",
         lived.lived_pct ? number(*lived.lived_pct, *lived.lived_pct < 99 ? 1 : 3) + "\u202F%"
                         : "not known",
         "of the time that is known");
  const auto all = sum_all(facts.events);
  constexpr double rounding = 0.05;
  const bool has_parts = all.stalls.count > 0 && lived.paused > all.pauses.seconds + rounding;
  result += fact("Paused", html(span_words(lived.paused)),
                 has_parts ? "the machine, also within stalls" : "the machine");
  if (all.own.count > 0)
    result += fact(("Paused, " + std::string{of_pmactor_alone}).c_str(), html(span_words(all.own.seconds)), "not the machine");
  if (all.perhaps.count > 0)
    result += fact("Paused, others perhaps", html(span_words(all.perhaps.seconds)), "pmactor; " + std::string{machine_may_have_run});
  result += fact("Something stalled", html(span_words(lived.stalled)));
  result += fact("Asleep", html(span_words(lived.asleep)));
  if (lived.off > 0)
    result += fact("Off", html(span_words(lived.off)));
  result += fact("Not recorded", html(span_words(lived.not_recorded)));
  const auto strip = stress_strip(facts.stress, facts.stress_step, facts.stress_from, lived.span.to, facts.events);
  result += "</dl></header>\n<main>\n" + (strip.empty() ? strip : section("timeline", "The stress", strip)) + days_section(facts) + patterns_section(facts)
            + worst_section(facts);
  result += "</main>\n<footer><p>Written by pmactor " + html(facts.version) + " on "
            + html(moment_words(facts.now, "%-d %B %Y at %H:%M"))
            + (facts.host.empty() ? "" : " on <bdi>" + html(facts.host) + "</bdi>")
            + ". What no counter proves is called unexplained; what was not recorded is not "
              "counted as lived."
            + (facts.names_machine ? identity_note() : "") + "</p></footer>\n</body>\n</html>\n";
  return result;
}

} // namespace pmactor
