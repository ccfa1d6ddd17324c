// Draws an envelope as SVG, and says it as JSON for the script that draws it in a browser. Pure.
#pragma once

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "app/web/build_envelope.hpp"
#include "app/web/list_charts.hpp"

#include <string>
#include <utility>
#include <vector>

namespace pmactor::web {

/// An event on a chart.
struct chart_band {
  std::int64_t id = 0; ///< By which people call it.
  std::string kind;    ///< As stored; one word.
  double from = 0, to = 0;
  std::string words; ///< Foreign text may be in it.
};

/// @param now Unix seconds, until which it reaches if it lasts.
chart_band band_of(const event_row& x, double now = 0);

struct chart_range {
  double from = 0, to = 1; ///< Unix seconds.
};

/// Puts together bands of a kind that would be drawn upon each other, so that none has to be left
/// out: their number is bounded by that of the points, however many events there were.
/// @param x in any order. @param points of the width of a chart.
std::vector<chart_band> merge_bands(std::vector<chart_band> x, const chart_range& range,
                                    std::size_t points);

/// @returns the charts that have anything to show, with a common axis of time below.
std::string draw_charts(const envelope& x, const chart_range& range,
                        const std::vector<chart_band>& bands);

/// @returns the stretches of these events in which nothing was measured.
std::vector<std::pair<double, double>> holes_of(const std::vector<chart_band>& bands);

/// @param is_complete older days are still being read if not.
std::string charts_document(const envelope& x, const chart_range& range,
                            const std::vector<chart_band>& bands, bool is_complete);

/// @returns what a number of a chart means, e.g. "12.5 MB/s".
std::string in_words(chart_unit unit, double value);

} // namespace pmactor::web
