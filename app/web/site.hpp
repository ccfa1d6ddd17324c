// The pages of the web server and what they are made from: the history and the health page, both
// only ever read. The daemon is asked for nothing.
#pragma once

#include "app/command_line/place_flags.hpp"
#include "app/web/answer.hpp"
#include "app/web/build_envelope.hpp"
#include "app/web/compose_page.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace pmactor::web {

/// Answers requests from any thread, one at a time. While it lives a thread of its own reads the
/// older days, so that charts over weeks are there at once.
class site {
public:
  explicit site(place_flags flags);
  ~site();
  site(const site&) = delete;
  site& operator=(const site&) = delete;

  /// Adds a path that another part of the program answers, and, with a title, a link to it.
  /// @pre No request has been answered yet.
  void add(route more, const std::string& title = {});

  /// Answers whatever happens: what fails becomes a page that says so.
  answer respond(const request& x);

  /// @returns what the page that lives shows now; empty if there is no such page.
  std::string live(const std::string& view);

private:
  answer page(const page_frame& frame) const;
  answer now_page();
  answer history_page(const request& x);
  answer history_data(const request& x);
  answer events_page();
  answer event_page(const request& x);
  answer patterns_page();
  answer actors_page();
  answer health_data();
  answer status_data();
  page_parts now_parts();
  page_parts actors_parts();
  answer trouble_page(const request& x, int status, const std::string& sentence) const;
  std::vector<listed_event> listed_events(double from, double to, std::size_t most);
  std::vector<chart_band> bands_of(const chart_range& range, std::size_t points,
                                   std::size_t& count);
  envelope envelope_of(const chart_range& range, std::size_t points, bool& is_complete);
  void take_in_new();
  void read_older_days();
  void begin_store();
  bool read_older_day();

  const place_flags flags_;
  const places where_;
  std::vector<route> routes_;
  std::vector<page_link> links_;
  std::mutex asking_; ///< One request at a time.

  std::mutex storing_; ///< Of what follows; the thread's, too.
  envelope_store store_;
  std::int64_t newest_id_ =
    -1;                  ///< All samples up to it are in the store, or will be; -1: not begun.
  /// All samples up to this one are read by the thread, day by day,
  std::int64_t older_until_ = 0;
  double read_from_ = 0; ///< and so far back they were: Unix seconds.
  std::size_t days_read_ = 0;
  std::atomic<bool> is_complete_{false}, ends_{false};
  std::thread reader_;
};

} // namespace pmactor::web
