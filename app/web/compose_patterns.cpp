#include "app/web/compose_patterns.hpp"

#include "app/patterns/render_patterns.hpp"
#include "app/report/report_markup.hpp"
#include "app/views/event_values.hpp"
#include "messages/words.hpp"

namespace pmactor::web {
namespace {

using report::html;

constexpr std::size_t most_patterns = 100, most_links = 5;

std::string row_of(const pattern& x, double now) {
  std::string links;
  for (std::size_t i = 0; i < std::min(most_links, x.ids.size()); ++i) {
    const auto id = std::to_string(x.ids[x.ids.size() - 1 - i]);
    links += (links.empty() ? "" : ", ") + std::string{"<a href=\"/event/"} + id + "\">" + id + "</a>";
  }
  return "<tr><th scope=\"row\">" + grouped(x.count()) + " ×</th><td class=\"in why\">"
         + html(in_words(x.traits, x.unit)) + "</td><td class=\"in why\">" + html(rhythm_words(x))
         + "</td><td>" + html(span_words(x.shortest)) + " to " + html(span_words(x.longest))
         + "</td><td class=\"in\">" + html(day_words(x.last, now)) + "</td><td class=\"in\">"
         + links + (x.ids.size() > most_links ? ", …" : "") + "</td></tr>";
}

} // namespace

std::string patterns_body(const found_patterns& x, double days, double now) {
  std::string rows, rest;
  for (std::size_t i = 0; i < std::min(most_patterns, x.patterns.size()); ++i)
    rows += row_of(x.patterns[i], now);
  for (std::size_t i = 0; i < std::min(most_patterns, x.rest.size()); ++i)
    rest += "<li>" + grouped(x.rest[i].count) + " × "
            + html(in_words(x.rest[i].traits, x.rest[i].unit)) + ", last "
            + html(day_words(x.rest[i].last, now)) + "</li>";
  const auto table = rows.empty()
                       ? rest.empty() ? "<p class=\"none\">Nothing repeats so far.</p>"
                                      : "<p class=\"none\">Nothing comes at regular times so far.</p>"
                       : "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Patterns\"><table class=\"events\">"
                         "<thead><tr><th scope=\"col\">Times</th><th scope=\"col\" class=\"in\">What</th><th scope=\"col\" "
                         "class=\"in\">When</th><th scope=\"col\">Lasted</th><th scope=\"col\" class=\"in\">Last</th><th "
                         "scope=\"col\" class=\"in\">Events</th></tr></thead><tbody>"
                           + rows + "</tbody></table></div>";
  return "<header><h1>What repeats</h1><p class=\"when\">" + grouped(x.events) + (x.events == 1 ? " event" : " events")
         + " of the last " + report::number(days) + " days, by cause, resource, suspect and time.</p></header>\n<main>\n" + table
         + (rest.empty() ? "" : report::section("alike", "Alike, but at no time of its own", "<ul class=\"plain\">" + rest + "</ul>"))
         + "</main>\n";
}

} // namespace pmactor::web
