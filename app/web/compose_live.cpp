// The parts of the pages that keep themselves up to date: the state of the machine, and that of the
// actors.
#include "app/report/report_markup.hpp"
#include "app/views/event_values.hpp"
#include "app/web/compose_page.hpp"
#include "messages/words.hpp"

#include <algorithm>

namespace pmactor::web {
namespace {

using report::html;
using std::chrono::nanoseconds;

std::string fact(const char* what, const std::string& value, const std::string& more = {}) {
  return std::string{"<div><dt>"} + what + "</dt><dd>" + value
         + (more.empty() ? "" : "<small>" + more + "</small>") + "</dd></div>";
}

std::string value_or_dash(const sample_row& row, sample_column column, chart_unit unit) {
  return row[column] ? html(in_words(unit, *row[column])) : "–";
}

std::string state_class(const std::string& state) {
  return state == "healthy" || state == "running" ? "good" : state == "degraded" ? "fair" : "bad";
}

std::string state_mark(const std::string& state) {
  return "<span class=\"mark " + state_class(state) + "\" aria-hidden=\"true\"></span>";
}

/// @returns the facts of the newest sample; none if it is old.
std::string sample_facts(const status_view& view) {
  using column = sample_column;
  if (!view.newest)
    return {};
  const auto& row = *view.newest;
  const auto age = to_seconds(view.now) - row.at();
  std::string facts =
    fact("Stress", value_or_dash(row, column::stress_total, chart_unit::points), "of 100");
  facts +=
    fact("Processors busy", value_or_dash(row, column::cpu_pct, chart_unit::percent),
         row[column::load_avg] ? "load " + report::number(*row[column::load_avg], 1)
                                   + (view.cores > 0 ? " on " + std::to_string(view.cores) : "")
                               : "");
  if (const auto share = memory_available_percent(row))
    facts += fact("Memory free", report::percent_unit(*share),
                  html(report::bytes_text(*row[column::mem_available])));
  facts +=
    fact("Disks", value_or_dash(row, column::io_write, chart_unit::bytes_per_second),
         "written; " + value_or_dash(row, column::io_read, chart_unit::bytes_per_second) + " read");
  if (view.last_pause)
    facts +=
      fact("Last pause", html(span_words(view.last_pause->duration)),
           html(to_words(view.now
                         - nanoseconds{static_cast<std::int64_t>(view.last_pause->over() * 1e9)}))
             + " ago");
  return "<dl class=\"facts\">" + facts + "</dl>"
         + (age > 15 ? "<p class=\"note\">These are as of "
                         + html(moment_words(row.at(), "%Y-%m-%d %H:%M:%S")) + ".</p>"
                     : "");
}

std::string actor_row(const actor_report& x) {
  const auto seconds = [](const std::optional<nanoseconds>& time) {
    return time ? html(to_words(*time)) : std::string{};
  };
  const auto& trouble = x.degraded;
  std::string notes;
  if (!trouble.empty())
    notes += "<p class=\"trouble\">" + html(trouble) + "</p>";
  if (!x.note.empty())
    notes += "<p>" + html(x.note) + "</p>";
  if (!x.failure.empty())
    notes += "<p>The last failure: " + html(x.failure) + "</p>";
  if (x.handling_for)
    notes +=
      "<p>At work on " + html(x.handler) + " for " + html(to_words(*x.handling_for)) + "</p>";
  return "<tr><th scope=\"row\"><bdi>" + html(x.name, 120) + "</bdi>" + notes
         + "</th><td class=\"in\">" + html(to_string(x.phase)) + "</td><td>" + seconds(x.uptime)
         + "</td><td>" + std::to_string(x.restarts) + "</td><td>" + grouped(x.handled) + "</td><td>"
         + std::to_string(x.waiting) + "</td><td>" + seconds(x.p99) + "</td></tr>";
}

} // namespace

page_parts compose_now(const now_facts& x) {
  const auto& view = x.status;
  const auto line = status_line(view);
  const auto state = line.substr(0, line.find(" · "));
  std::string head = "<p class=\"kind\">" + std::string{"Now"} + "</p><h1 class=\"state\">"
                     + state_mark(state) + "pmactor is " + html(state, 60) + "</h1>";
  if (!view.trouble.empty())
    head += "<p class=\"trouble\">" + html(view.trouble) + "</p>";
  if (view.health)
    for (const auto& finding : view.health->verdict.findings)
      if (finding.is_problem)
        head += "<p class=\"trouble\">" + html(finding.sentence) + "</p>";
  head += sample_facts(view);
  std::string stalls;
  for (const auto& stall : view.stalls)
    stalls +=
      "<li><a href=\"/event/" + std::to_string(stall.id) + "\">"
      + html(capitalised(stall_in_words(stall))) + "</a> since "
      + html(moment_words(stall.started, "%H:%M:%S"))
      + (waiting_in_words(stall).empty() ? "" : ". Waiting: " + html(waiting_in_words(stall)))
      + "</li>";
  if (!stalls.empty())
    stalls = "<section aria-labelledby=\"lasting\" class=\"alarm\"><h2 id=\"lasting\">It stalls "
             "right now</h2><ul>"
             + stalls + "</ul></section>";
  std::vector<chart_band> bands;
  for (const auto& one : x.events)
    if (const auto band = band_of(one.event); band.to >= x.range.from)
      bands.push_back(band);
  auto curves = x.curves;
  break_lines(curves, holes_of(bands));
  // Said aloud only when it changes.
  const auto say =
    "pmactor is " + state
    + (x.events.empty() ? "" : ". The newest event: " + band_of(x.events.front().event).words);
  return {{"status", head},
          {"stalls", stalls},
          {"curves", draw_charts(curves, x.range, bands)},
          {"events", events_table(x.events)},
          {"say", html(say)}};
}

page_parts compose_actors(const health_view& view, const std::string& trouble) {
  std::string state = to_string(view.verdict.state);
  std::string head = "<p class=\"kind\">Actors</p><h1 class=\"state\">";
  if (!trouble.empty())
    return {{"health", head + "It is not known how pmactor is</h1><p class=\"trouble\">"
                         + html(trouble) + "</p>"},
            {"actors", ""},
            {"say", html(trouble)}};
  head += state_mark(state) + html(view.verdict.headline) + "</h1>";
  for (const auto& finding : view.verdict.findings)
    head += std::string{"<p class=\""} + (finding.is_problem ? "trouble" : "note") + "\">"
            + html(finding.sentence) + "</p>";
  std::string rows;
  if (view.report) {
    std::string facts =
      fact("Process", std::to_string(view.report->daemon.pid),
           view.report->uptime ? "up for " + html(to_words(*view.report->uptime)) : "");
    if (const auto cost = cost_of(view))
      facts += fact("It has cost", html(to_words(cost->cpu)) + " of CPU",
                    cost->memory ? html(report::bytes_text(*cost->memory)) + " of memory" : "");
    facts += fact("Seconds stored", grouped(view.report->samples_stored),
                  grouped(view.report->samples_discarded) + " discarded by policy, "
                    + grouped(view.report->samples_missed) + " missed");
    head += "<dl class=\"facts\">" + facts + "</dl>";
    for (const auto& actor : view.report->actors)
      if (actor.phase != actor_phase::absent)
        rows += actor_row(actor);
    if (!rows.empty()) // those without a slot in the page
      rows = "<tr class=\"root\"><th scope=\"row\">supervisor</th><td class=\"in\">"
             + html(to_string(view.report->phase)) + "</td><td>"
             + (view.report->uptime ? html(to_words(*view.report->uptime)) : "")
             + "</td><td></td><td></td><td></td><td></td></tr>" + rows;
  }
  if (!rows.empty())
    rows =
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Actors\"><table "
      "class=\"actors\"><thead><tr>"
      "<th scope=\"col\">Actor</th><th scope=\"col\" class=\"in\">State</th><th "
      "scope=\"col\">Up</th>"
      "<th scope=\"col\">Restarts</th><th scope=\"col\">Handled</th><th scope=\"col\">Mail</th>"
      "<th scope=\"col\">P99</th></tr></thead><tbody>"
      + rows + "</tbody></table></div>";
  return {{"health", head}, {"actors", rows}, {"say", html(state)}};
}

} // namespace pmactor::web
