// Decides how the pages of the web server look. Pure but for the local time zone. What comes in is
// foreign and never markup. Each page reads without a script; with one it keeps itself up to date.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "app/report/report_facts.hpp"
#include "app/views/render_status.hpp"
#include "app/web/draw_chart.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pmactor::web {

/// A page that the navigation names.
struct page_link {
  std::string path, title;
};

struct page_frame {
  std::string path;        ///< Which of the links it is.
  std::string title;       ///< Foreign text may be in it.
  std::string body;        ///< Markup.
  std::string live;        ///< What the live feed is asked for; empty if the page stays as it is.
  bool has_charts = false; ///< That can be dragged.
};

/// @returns the whole document.
std::string compose_page(const page_frame& x, const std::vector<page_link>& links,
                         bool has_dygraphs);

/// A part of a page that is renewed by itself: its id, and its markup.
using page_parts = std::vector<std::pair<std::string, std::string>>;

/// @returns the parts as a document for the script.
std::string parts_document(const page_parts& x);

/// An event with what the pauses within it add up to.
struct listed_event {
  event_row event;
  event_parts parts;
};

struct now_facts {
  status_view status;
  envelope curves;
  chart_range range;
  std::vector<listed_event> events; ///< The newest first.
};

page_parts compose_now(const now_facts& x);
/// @returns the body that holds the parts.
std::string now_body(const page_parts& parts);

/// @param trouble why the health page cannot be read; empty if it can.
page_parts compose_actors(const health_view& view, const std::string& trouble);
std::string actors_body(const page_parts& parts);

std::string events_table(const std::vector<listed_event>& events);

struct history_facts {
  envelope data;
  chart_range range;
  std::vector<listed_event> events; ///< Within it, the newest first; as many as are listed.
  std::vector<chart_band> bands;    ///< Of all of them,
  std::size_t events_in_all = 0;    ///< which are so many.
  bool is_complete = true;
  double now = 0; ///< Unix seconds.
};
std::string history_body(const history_facts& x);

/// @returns the report, with what can be downloaded below it.
std::string event_body(const report_facts& facts);

/// @returns the body of a page that can show nothing, and says why.
/// @param sentence foreign text may be in it.
std::string trouble_body(const std::string& title, const std::string& sentence);

/// What who has no token sees.
std::string login_page();

} // namespace pmactor::web
