#include "app/report/render_period.hpp"

#include "app/patterns/show_patterns.hpp"
#include "app/report/report_markup.hpp"
#include "app/report/report_style.hpp"
#include "app/views/event_values.hpp"
#include "app/views/show_event.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace pmactor {
namespace {

using namespace report;

constexpr std::size_t most_days = 366, most_worst = 12, most_patterns = 40;

/// What happened on one day.
struct day_sum {
  std::size_t pauses = 0, stalls = 0, others = 0;
  double paused = 0, stalled = 0, longest = 0;
};

bool is_trouble(const event_row& x) {
  return x.kind != "sleep" && x.kind != "clock" && x.scope != "daemon_only";
}

std::string plural(std::size_t count, const char* one, const char* many) {
  return grouped(count) + ' ' + (count == 1 ? one : many);
}

std::string fact(const char* what, const std::string& value, const std::string& more = {}) {
  return std::string{"<div><dt>"} + what + "</dt><dd>" + value
         + (more.empty() ? "" : "<small>" + more + "</small>") + "</dd></div>";
}

std::map<std::string, day_sum> sum_days(const std::vector<event_row>& events) {
  std::map<std::string, day_sum> result;
  for (const auto& x : events) {
    if (!x.started || !is_trouble(x))
      continue;
    auto& day = result[moment_words(x.started, "%F")];
    const auto lasted = x.duration.value_or(0);
    if (x.kind == "pause") {
      ++day.pauses;
      day.paused += lasted;
    } else if (x.kind == "stall") {
      ++day.stalls;
      day.stalled += lasted;
    } else {
      ++day.others;
    }
    if (x.kind == "pause" || x.kind == "stall")
      day.longest = std::max(day.longest, lasted);
  }
  return result;
}

std::string days_section(const period_facts& facts) {
  constexpr double day = 86400;
  const auto days = sum_days(facts.events);
  double most = 0;
  for (const auto& [date, sum] : days)
    most = std::max(most, sum.paused + sum.stalled);
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
    const auto sum = found == days.end() ? day_sum{} : found->second;
    const auto share = most > 0 ? (sum.paused + sum.stalled) / most * 100 : 0;
    rows += "<tr><th scope=\"row\">"
            + html(moment_words(std::min(time, facts.lived.span.to - 1), "%a %F")) + "</th><td>"
            + std::to_string(sum.pauses) + "</td><td>"
            + (sum.pauses > 0 ? html(span_words(sum.paused)) : "–") + "</td><td>"
            + std::to_string(sum.stalls) + "</td><td>"
            + (sum.stalls > 0 ? html(span_words(sum.stalled)) : "–") + "</td><td>"
            + (sum.longest > 0 ? html(span_words(sum.longest)) : "–")
            + "</td><td class=\"in\"><div class=\"bar\" aria-hidden=\"true\" "
              "style=\"--c:var(--pause);--w:"
            + number(share, 1) + "%\">" + (share > 0 ? "<i></i>" : "") + "</div></td></tr>";
  }
  return section(
    "days", "Day by day",
    "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
    "aria-labelledby=\"days\"><table><thead><tr><th "
    "scope=\"col\">Day</th><th scope=\"col\">Pauses</th><th scope=\"col\">in all</th><th "
    "scope=\"col\">Stalls</th><th scope=\"col\">in all</th><th scope=\"col\">longest</th><th "
    "scope=\"col\">held up</th></tr></thead><tbody>"
      + rows + "</tbody></table></div>");
}

std::string patterns_section(const period_facts& facts) {
  std::string list;
  for (std::size_t i = 0; i < facts.patterns.patterns.size() && i < most_patterns; ++i) {
    const auto& x = facts.patterns.patterns[i];
    list += "<li><b>" + grouped(x.count()) + " × " + html(in_words(x.traits, x.unit)) + "</b><br>"
            + html(rhythm_words(x)) + ", " + html(span_words(x.shortest)) + " to "
            + html(span_words(x.longest)) + "; last " + html(day_words(x.last, facts.now))
            + "</li>";
  }
  return section("patterns", "What repeats",
                 list.empty() ? "<p class=\"none\">Nothing does.</p>"
                              : "<ul class=\"plain\">" + list + "</ul>");
}

std::string worst_section(const period_facts& facts) {
  std::vector<const event_row*> worst;
  for (const auto& x : facts.events)
    if (is_trouble(x) && x.kind != "critical")
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
            + std::to_string(x->id) + ": " + html(event_reason(*x))
            + (who.empty() ? "" : ", " + name_of(who)) + "</li>";
  }
  return section("worst", "The longest",
                 list.empty() ? "<p class=\"none\">There was none.</p>"
                              : "<ul class=\"plain\">" + list + "</ul>");
}

std::string headline(const period_facts& facts) {
  std::size_t pauses = 0, stalls = 0;
  for (const auto& x : facts.events) {
    pauses += x.kind == "pause" && is_trouble(x) ? 1 : 0;
    stalls += x.kind == "stall" ? 1 : 0;
  }
  if (pauses + stalls == 0)
    return facts.lived.lived_pct ? "Nothing held this machine up" : "Nothing is recorded";
  return plural(pauses, "pause", "pauses") + ", " + plural(stalls, "stall", "stalls");
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
  result += "<header><p class=\"kind\"><b>Summary</b></p><h1>" + html(title)
            + "</h1><p class=\"when\"><time>"
            + html(moment_words(lived.span.from, "%A, %-d %B %Y, %H:%M")) + "</time> to <time>"
            + html(moment_words(lived.span.to, "%A, %-d %B %Y, %H:%M"))
            + "</time></p><dl class=\"facts\">";
  result +=
    fact("Lived",
         lived.lived_pct ? number(*lived.lived_pct, *lived.lived_pct < 99 ? 1 : 3) + "\u202F%"
                         : "not known",
         "of the time that is known");
  result += fact("Paused", html(span_words(lived.paused)));
  result += fact("Something stalled", html(span_words(lived.stalled)));
  result += fact("Asleep", html(span_words(lived.asleep)));
  if (lived.off > 0)
    result += fact("Off", html(span_words(lived.off)));
  result += fact("Not recorded", html(span_words(lived.not_recorded)));
  result += "</dl></header>\n<main>\n" + days_section(facts) + patterns_section(facts)
            + worst_section(facts);
  result += "</main>\n<footer><p>Written by pmactor " + html(facts.version) + " on "
            + html(moment_words(facts.now, "%-d %B %Y at %H:%M"))
            + ". What no counter proves is called unexplained; what was not recorded is not "
              "counted as lived."
              "</p></footer>\n</body>\n</html>\n";
  return result;
}

} // namespace pmactor
