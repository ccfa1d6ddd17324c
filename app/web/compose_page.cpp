#include "app/web/compose_page.hpp"

#include "app/report/render_report.hpp"
#include "app/report/report_markup.hpp"
#include "app/views/event_values.hpp"
#include "app/views/outage_words.hpp"
#include "app/web/decide_access.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

namespace pmactor::web {
namespace {

using report::html;

constexpr std::string_view document_begin =
  "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
  "<meta name=\"robots\" content=\"noindex\">\n<meta name=\"color-scheme\" content=\"light "
  "dark\">\n"
  "<link rel=\"icon\" href=\"/assets/icon.svg\">\n<link rel=\"stylesheet\" "
  "href=\"/assets/page.css\">\n";

std::string part(const page_parts& all, std::string_view id) {
  for (const auto& [name, markup] : all)
    if (name == id)
      return markup;
  return {};
}

/// @returns an element with the part in it, where the script finds it.
std::string place_of(const page_parts& all, const std::string& id, const char* tag = "div") {
  return std::string{"<"} + tag + " id=\"" + id + "\">" + part(all, id) + "</" + tag + '>';
}

std::string section(const char* id, const char* title, const std::string& inside) {
  return report::section(id, title, inside);
}

/// @returns a link that asks for another stretch of time.
std::string range_link(double from, double to, const std::string& words, bool is_current = false) {
  return "<a href=\"/history?from=" + report::number(from, 3) + "&amp;to=" + report::number(to, 3)
         + '"' + (is_current ? " aria-current=\"true\"" : "") + '>' + words + "</a>";
}

std::string range_words(const chart_range& x) {
  const auto width = x.to - x.from;
  const char* exact = width < 600 ? "%H:%M:%S" : "%H:%M";
  const auto day = [](double at) { return moment_words(at, "%a %-d %b %Y"); };
  auto result = day(x.from) + ", " + moment_words(x.from, exact) + " to ";
  if (day(x.from) != day(x.to))
    result += day(x.to) + ", ";
  return result + moment_words(x.to, exact);
}

} // namespace

std::string compose_page(const page_frame& x, const std::vector<page_link>& links,
                         bool has_dygraphs) {
  std::string result{document_begin};
  result += "<title>" + html(x.title) + " · pmactor</title>\n";
  if (!x.live.empty()) // who has no script sees it anew by itself
    result += "<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>\n";
  if (x.has_charts && has_dygraphs)
    result += "<script src=\"/assets/dygraph.min.js\" defer></script>\n";
  result += "<script src=\"/assets/page.js\" defer></script>\n</head>\n<body"
            + (x.live.empty() ? std::string{} : " data-live=\"" + html(x.live) + '"')
            + ">\n<a class=\"skip\" href=\"#content\">To the content</a>\n<nav class=\"site\" "
              "aria-label=\"Pages\"><b>pmactor</b><ul>";
  for (const auto& link : links)
    result += "<li><a href=\"" + html(link.path) + '"'
              + (link.path == x.path ? " aria-current=\"page\"" : "") + '>' + html(link.title)
              + "</a></li>";
  result += "</ul><span id=\"feed\" hidden></span></nav>\n<div id=\"content\" tabindex=\"-1\">\n"
            + x.body
            + "</div>\n<p id=\"say\" class=\"unseen\" role=\"status\"></p>\n</body>\n</html>\n";
  return result;
}

std::string parts_document(const page_parts& x) {
  std::string result = "{";
  for (const auto& [id, markup] : x)
    result += (result.size() > 1 ? "," : "") + json_quoted(id) + ':' + json_quoted(markup);
  return result + '}';
}

std::string events_table(const std::vector<listed_event>& events) {
  if (events.empty())
    return "<p class=\"none\">No events: nothing was paused, stalled or asleep.</p>";
  std::string rows;
  for (const auto& [x, parts] : events) {
    const auto band = band_of(x);
    auto why = band.words.substr(0, band.words.rfind(" for "));
    if (parts.count > 0)
      why += ", " + std::to_string(parts.count) + (parts.count == 1 ? " pause" : " pauses");
    const auto begin = x.started.value_or(0), end = band.to;
    const auto margin = std::max(30.0, (end - begin) * 2);
    rows += "<tr><th scope=\"row\"><a href=\"/event/" + std::to_string(x.id) + "\">"
            + std::to_string(x.id) + "</a></th><td class=\"in\">"
            + html(moment_words(x.started, "%Y-%m-%d %H:%M:%S")) + "</td><td>"
            + html(stall_lasts(x) ? "lasts" : span_words(x.duration))
            + "</td><td class=\"in\"><span class=\"kind k-" + html(band.kind, 20) + "\">"
            + html(kind_in_words(x), 20) + "</span></td><td class=\"in why\">" + html(why, 200) + "</td><td>"
            + range_link(begin - margin, end + margin, "around it") + "</td></tr>";
  }
  return "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Events\"><table "
         "class=\"events\"><thead><tr>"
         "<th scope=\"col\">Event</th><th scope=\"col\" class=\"in\">Began</th><th "
         "scope=\"col\">Lasted</th>"
         "<th scope=\"col\" class=\"in\">Kind</th><th scope=\"col\" class=\"in\">Why</th><th "
         "scope=\"col\">History</th>"
         "</tr></thead><tbody>"
         + rows + "</tbody></table></div>";
}

std::string history_body(const history_facts& x) {
  const auto width = x.range.to - x.range.from;
  std::string ranges;
  constexpr std::pair<double, const char*> spans[] = {{600, "10 minutes"}, {3600, "1 hour"},
                                                      {21'600, "6 hours"}, {86'400, "1 day"},
                                                      {604'800, "7 days"}, {2'592'000, "30 days"}};
  for (const auto& [seconds, words] : spans)
    ranges +=
      "<li><a href=\"/history?last=" + report::number(seconds) + '"'
      + (std::abs(width - seconds) < 1 && x.now - x.range.to < 60 ? " aria-current=\"true\"" : "")
      + '>' + words + "</a></li>";
  const auto middle = (x.range.from + x.range.to) / 2;
  std::string steps;
  for (const auto& [from, to, words] :
       {std::tuple{x.range.from - width / 2, x.range.to - width / 2, "Earlier"},
        std::tuple{middle - width / 4, middle + width / 4, "Closer"},
        std::tuple{middle - width, middle + width, "Farther"},
        std::tuple{x.range.from + width / 2, x.range.to + width / 2, "Later"}})
    steps += "<li>" + range_link(from, to, words) + "</li>";
  std::string result =
    "<header><h1>History</h1><p class=\"when\" id=\"range\">" + html(range_words(x.range))
    + "</p><nav class=\"ranges\" aria-label=\"Stretch of time\"><ul>" + ranges + "</ul><ul>" + steps
    + "</ul></nav></header>\n<main>\n<div id=\"charts\" data-from=\""
    + report::number(x.range.from, 3) + "\" data-to=\"" + report::number(x.range.to, 3) + "\">"
    + draw_charts(x.data, x.range, x.bands)
    + "</div>\n<p class=\"note\">The shaded area reaches from the lowest to the highest value of "
      "each "
      "moment, the line is the mean. Upright bands are events.<span id=\"keys\" hidden> Drag to "
      "come "
      "closer, double-click to step back; keys: + and − come closer and step back, ← and → go "
      "through "
      "time.</span></p>\n<p class=\"note\" id=\"reading\""
    + (x.is_complete ? " hidden" : "") + ">Older days are still being read.</p>\n";
  return result
         + section("inside", "Events in this time",
                   "<div id=\"events\">" + events_table(x.events) + "</div>"
                     + (x.events_in_all > x.events.size()
                          ? "<p class=\"note\">The newest " + grouped(x.events.size()) + " of "
                              + grouped(x.events_in_all) + "; come closer to see the others.</p>"
                          : ""))
         + "</main>\n";
}

std::string trouble_body(const std::string& title, const std::string& sentence) {
  return "<header><h1>" + html(title) + "</h1></header>\n<main>\n<p class=\"none\">"
         + html(sentence) + "</p>\n</main>\n";
}

std::string event_body(const report_facts& facts) {
  const auto base = "/event/" + std::to_string(facts.event.id) + '/';
  const auto width = facts.event.ended.value_or(0) - facts.event.started.value_or(0);
  const auto margin = std::max(60.0, width * 3);
  std::string list =
    "<li><a href=\"" + base
    + "bundle.tar.zst\" download>All of it as a bundle</a> without what says whose "
      "machine it was, to hand over</li><li><a href=\""
    + base + "event.json\" download>event.json</a> for programs</li><li><a href=\"" + base
    + "summary.txt\">summary.txt</a> for a ticket, redacted as the bundle is</li>";
  for (const auto& x : facts.files)
    list += "<li><a href=\"" + base + "file/" + html(x.name, 128) + "\" download>"
            + html(x.name, 128) + "</a> " + html(bytes_in_words(x.bytes)) + "</li>";
  const auto around =
    range_link(facts.event.started.value_or(0) - margin, facts.event.ended.value_or(0) + margin,
               "The time around it in the history");
  return report_body(facts) + "<div class=\"more\">"
         + section("downloads", "To take along",
                   "<ul class=\"plain downloads\"><li>" + around + "</li>" + list + "</ul>")
         + "</div>\n";
}

std::string now_body(const page_parts& parts) {
  return "<header>" + place_of(parts, "status") + "</header>\n<main>\n" + place_of(parts, "stalls")
         + '\n'
         + section("minutes", "The last five minutes",
                   "<div id=\"curves\">" + part(parts, "curves") + "</div>")
         + section("newest", "The newest events",
                   "<div id=\"events\">" + part(parts, "events") + "</div>")
         + "</main>\n";
}

std::string actors_body(const page_parts& parts) {
  return "<header>" + place_of(parts, "health") + "</header>\n<main>\n" + place_of(parts, "actors")
         + "\n</main>\n";
}

std::string login_page() {
  return std::string{document_begin}
         + "<title>pmactor</title>\n</head>\n<body>\n<main class=\"login\"><h1>pmactor</h1>"
           "<form action=\""
         + std::string{login_path}
         + "\" method=\"get\"><label for=\"token\">The token of this server</label>"
           "<input id=\"token\" name=\"token\" type=\"password\" autocomplete=\"current-password\" "
           "required>"
           "<button>Open</button></form><p class=\"note\">It is the content of the file that the "
           "server was started with."
           "</p></main>\n</body>\n</html>\n";
}

} // namespace pmactor::web
