#include "app/web/site.hpp"

#include "actors/host/name_thread.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/storage_writer/read_series_sqlite.hpp"
#include "app/bundle/compose_summary.hpp"
#include "app/bundle/gather_bundle.hpp"
#include "app/patterns/read_patterns.hpp"
#include "app/report/gather_report.hpp"
#include "app/report/read_evidence.hpp"
#include "app/report/redact_facts.hpp"
#include "app/views/encode_event.hpp"
#include "app/views/escape.hpp"
#include "app/views/health_json.hpp"
#include "app/views/inspect_health.hpp"
#include "app/views/look_at_status.hpp"
#include "app/views/render_event.hpp"
#include "app/web/compose_patterns.hpp"
#include "app/web/web_assets.hpp"
#include "messages/quote.hpp"
#include "messages/read_real.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace pmactor::web {
namespace {

constexpr double day = 86'400;
constexpr double exact_span =
  8 * 3600; ///< Up to here each sample is looked at; beyond it the store answers.
constexpr double longest_span = 366 * day;
constexpr std::size_t most_bands = 50'000, newest_events = 12, listed_at_most = 200;
constexpr std::size_t points_of_a_page = 600; ///< Where no script says how wide it is.
constexpr std::size_t most_of_a_download = std::size_t{64} << 20;

double now() {
  return to_seconds(read_clocks().wall);
}

/// @returns the number that the whole text is.
std::optional<double> number_in(const std::optional<std::string>& text) {
  double result = 0;
  if (!text || text->empty() || text->size() > 40)
    return std::nullopt;
  const auto parsed = read_real(text->data(), text->data() + text->size(), result);
  return parsed.ec == std::errc{} && parsed.ptr == text->data() + text->size()
             && std::isfinite(result)
           ? std::optional{result}
           : std::nullopt;
}

/// @returns the stretch of time that was asked for, by default the last day.
chart_range range_in(const request& x) {
  chart_range result{0, std::ceil(now())};
  result.from = result.to - day;
  if (const auto last = number_in(x.parameter("last")))
    result.from = result.to - std::clamp(*last, 1.0, longest_span);
  const auto from = number_in(x.parameter("from")), to = number_in(x.parameter("to"));
  if (from && to && *from < *to) {
    result.from = std::clamp(*from, 0.0, 1e11);
    result.to = std::clamp(*to, result.from + 1, result.from + longest_span);
  }
  return result;
}

answer document(std::string body) {
  answer result;
  result.type = "application/json";
  result.body = std::move(body);
  return result;
}

/// The store's own row of a sample.
void add_row(const series_row& row,
             const std::function<void(double, std::span<const double>)>& add) {
  std::array<double, chart_values> values{};
  compute_values(row.values, values);
  add(row.at, values);
}

} // namespace

site::site(place_flags flags)
  : flags_{std::move(flags)}, where_{flags_.find()}, store_{chart_values} {
  routes_ = {{"/", [this](const request&) { return now_page(); }},
             {"/history", [this](const request& x) { return history_page(x); }},
             {"/events", [this](const request&) { return events_page(); }},
             {"/event/", [this](const request& x) { return event_page(x); }},
             {"/patterns", [this](const request&) { return patterns_page(); }},
             {"/actors", [this](const request&) { return actors_page(); }},
             {"/data/history", [this](const request& x) { return history_data(x); }},
             {"/data/inspect", [this](const request&) { return health_data(); }},
             {"/data/status", [this](const request&) { return status_data(); }},
             {"/assets/", [](const request& x) {
                const auto name = x.path.substr(std::string_view{"/assets/"}.size());
                const auto content = asset(name);
                if (content.empty())
                  return plain_answer(404, "There is no such file.");
                answer result;
                result.type = std::string{type_of(name)};
                result.body = std::string{content};
                result.is_kept = true;
                return result;
              }}};
  links_ = {{"/", "Now"}, {"/history", "History"}, {"/events", "Events"}, {"/patterns", "Patterns"}, {"/actors", "Actors"}};
  reader_ = std::thread{[this] { read_older_days(); }};
}

site::~site() {
  ends_ = true;
  reader_.join();
}

void site::add(route more, const std::string& title) {
  if (!title.empty())
    links_.push_back({more.path, title});
  routes_.push_back(std::move(more));
}

answer site::respond(const request& x) {
  const std::lock_guard one_at_a_time{asking_};
  const auto* found = find_route(routes_, x.path);
  if (found == nullptr)
    return plain_answer(404, "There is no such page.");
  try {
    return found->answers(x);
  } catch (const std::exception& e) {
    return trouble_page(x, 503, e.what());
  }
}

answer site::trouble_page(const request& x, int status, const std::string& sentence) const {
  const auto link = std::find_if(links_.begin(), links_.end(),
                                 [&x](const page_link& one) { return one.path == x.path; });
  constexpr std::string_view event = "/event/";
  const bool is_event = x.path.starts_with(event) && x.path.find('/', event.size()) == x.path.npos;
  if (link == links_.end() && !is_event)
    return plain_answer(status, escaped(sentence));
  const auto title = link == links_.end() ? std::string{"Event"} : link->title;
  auto result = page({x.path, title, trouble_body(title, sentence), "", false});
  result.status = status;
  return result;
}

std::string site::live(const std::string& view) {
  const std::lock_guard one_at_a_time{asking_};
  try {
    if (view == "now")
      return parts_document(now_parts());
    if (view == "actors")
      return parts_document(actors_parts());
  } catch (const std::exception& e) {
    return parts_document({{"say", without_markup(escaped(e.what()))}});
  }
  return {};
}

answer site::page(const page_frame& frame) const {
  answer result;
  result.body = compose_page(frame, links_, has_dygraphs());
  return result;
}

std::vector<listed_event> site::listed_events(double from, double to, std::size_t most) {
  std::vector<listed_event> result;
  event_reader reader{where_.database()};
  event_range range;
  range.ends_after = from; // one that began before may reach into it
  range.until = to;
  range.parts = false;
  const auto present = now();
  reader.events(range, [&](const event_row& x) {
    if (band_of(x, present).to >= from)
      result.push_back({x, {}});
    return result.size() < most;
  });
  for (auto& x : result)
    x.parts = reader.parts_of(x.event);
  return result;
}

/// @returns what is drawn of all events of the range. @param count so many these are.
std::vector<chart_band> site::bands_of(const chart_range& range, std::size_t points,
                                       std::size_t& count) {
  std::vector<chart_band> result;
  event_range which;
  which.ends_after = range.from;
  which.until = range.to;
  which.parts = false;
  which.limit = most_bands;
  const auto present = now();
  event_reader{where_.database()}.events(which, [&](const event_row& x) {
    if (auto band = band_of(x, present); band.to >= range.from)
      result.push_back(std::move(band));
    return true;
  });
  count = result.size();
  return merge_bands(std::move(result), range, points);
}

page_parts site::now_parts() {
  now_facts facts;
  facts.status = look_at_status(flags_, true);
  facts.range.to = to_seconds(facts.status.now);
  facts.range.from = facts.range.to - 300;
  facts.curves.series.resize(chart_values);
  if (facts.status.events) { // else there is no history to read
    bool is_complete = true;
    facts.curves = envelope_of(facts.range, 300, is_complete);
    facts.events = listed_events(-2 * day, 1e11, newest_events);
  }
  return compose_now(facts);
}

answer site::now_page() {
  return page({"/", "Now", now_body(now_parts()), "now", false});
}

page_parts site::actors_parts() {
  try {
    return compose_actors(inspect_health(find_health_page(where_)), {});
  } catch (const std::exception& e) {
    return compose_actors({}, e.what());
  }
}

answer site::actors_page() {
  return page({"/actors", "Actors", actors_body(actors_parts()), "actors", false});
}

answer site::health_data() {
  return document(dumped(health_json(inspect_health(find_health_page(where_))), false) + '\n');
}

answer site::status_data() {
  return document(status_json(look_at_status(flags_, true)));
}

answer site::events_page() {
  const auto events = listed_events(-2 * day, 1e11, listed_at_most);
  return page({"/events", "Events",
               "<header><h1>Events</h1><p class=\"when\">The newest "
                 + std::to_string(events.size())
                 + "; a pause within a stall is counted at the stall.</p></header>\n<main>\n"
                 + events_table(events) + "</main>\n",
               "", false});
}

answer site::patterns_page() {
  constexpr double days = 30;
  event_reader reader{where_.database()};
  const auto found = find_patterns(read_past_events(reader, now() - days * day, std::nullopt));
  return page({"/patterns", "Patterns", patterns_body(found, days, now()), "", false});
}

// ---- one event ---------------------------------------------------------------------------------

answer site::event_page(const request& x) {
  auto rest = std::string_view{x.path}.substr(std::string_view{"/event/"}.size());
  std::int64_t id = 0;
  const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), id);
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  event_reader reader{where_.database()};
  const auto event = problem == std::errc{} && id > 0 && (rest.empty() || rest.front() == '/')
                       ? reader.find(id)
                       : std::nullopt;
  if (!event)
    return trouble_page(x, 404, "There is no such event.");
  if (rest.empty()) {
    const auto facts = gather_report(reader, *event, where_);
    return page({"/event/" + std::to_string(id), headline_of(facts), event_body(facts), "", false});
  }
  rest.remove_prefix(1);
  constexpr std::string_view file = "file/";
  answer result;
  if (rest == "event.json") {
    auto facts = gather_report(reader, *event, where_);
    result.body = event_json(facts.event, reader.lead_up(event->id), {},
                             event_ties{facts.stall, facts.parts, facts.likeness})
                  + '\n';
  } else if (rest == "summary.txt") {
    auto facts = gather_report(reader, *event, where_);
    identity_redactor redactor{identify_machine(facts.host.name)};
    redact(facts, redactor.as_redaction());
    result.body = compose_summary(facts, describe_machine());
  } else if (rest == "bundle.tar.zst") {
    result.body = redacted_bundle(gather_bundle(reader, {*event}, flags_));
  } else if (rest.starts_with(file)) {
    const std::string name{rest.substr(file.size())};
    const auto found = read_evidence(where_.data, event->event_dir, name, most_of_a_download);
    if (!found)
      return plain_answer(404, "There is no such file.");
    result.body = redact_file(name, found->text, hide_secrets()).value_or(std::string{});
  } else {
    return plain_answer(404, "There is no such file.");
  }
  result.type = std::string{type_of(rest)};
  // Foreign files are never shown as pages of ours.
  if (result.type.starts_with("text/html"))
    result.type = "application/octet-stream";
  result.headers.emplace_back("Content-Disposition",
                              rest == "summary.txt" ? "inline" : "attachment");
  return result;
}

// ---- charts ------------------------------------------------------------------------------------

answer site::history_page(const request& x) {
  history_facts facts;
  facts.range = range_in(x);
  facts.now = now();
  facts.data = envelope_of(facts.range, points_of_a_page, facts.is_complete);
  facts.events = listed_events(facts.range.from, facts.range.to, listed_at_most);
  facts.bands = bands_of(facts.range, points_of_a_page, facts.events_in_all);
  break_lines(facts.data, holes_of(facts.bands));
  return page({"/history", "History", history_body(facts), "", true});
}

answer site::history_data(const request& x) {
  const auto range = range_in(x);
  const auto points = static_cast<std::size_t>(
    std::clamp(number_in(x.parameter("points")).value_or(800), 10.0, 4000.0));
  bool is_complete = true;
  auto data = envelope_of(range, points, is_complete);
  std::size_t events = 0;
  const auto bands = bands_of(range, points, events);
  break_lines(data, holes_of(bands));
  return document(charts_document(data, range, bands, is_complete));
}

envelope site::envelope_of(const chart_range& range, std::size_t points, bool& is_complete) {
  if (range.to - range.from <= exact_span) {
    is_complete = true;
    envelope_builder builder{range.from, range.to, points, chart_values};
    series_reader reader{where_.database(), chart_columns()};
    reader.between(range.from, range.to, [&builder](const series_row& row) {
      add_row(row,
              [&builder](double at, std::span<const double> values) { builder.add(at, values); });
      return true;
    });
    return builder.finish();
  }
  take_in_new();
  const std::lock_guard stored{storing_};
  is_complete = is_complete_ || (newest_id_ >= 0 && range.from >= read_from_);
  return store_.query(range.from, range.to, points);
}

/// Takes in what was stored since the last time.
void site::take_in_new() {
  const std::lock_guard stored{storing_};
  if (newest_id_ < 0 && !is_complete_)
    return; // it is just being found out
  newest_id_ = std::max<std::int64_t>(newest_id_, 0);
  series_reader reader{where_.database(), chart_columns()};
  if (reader.newest() < newest_id_) { // a history that began anew
    newest_id_ = 0;
    store_ = envelope_store{chart_values};
  }
  reader.after(newest_id_, [this](const series_row& row) {
    add_row(row, [this](double at, std::span<const double> values) { store_.add(at, values); });
    newest_id_ = row.id;
    return true;
  });
  if (const auto extent = reader.extent())
    store_.forget_before(extent->first);
}

/// From here on what is stored anew is taken in by requests, and all before by the thread.
void site::begin_store() {
  series_reader reader{where_.database(), chart_columns()};
  const auto extent = reader.extent();
  const auto newest = reader.newest();
  const std::lock_guard stored{storing_};
  newest_id_ = older_until_ = newest;
  read_from_ = extent ? std::floor(extent->second / day) * day + day : 0;
}

/// @returns whether there are older ones.
bool site::read_older_day() {
  series_reader reader{where_.database(), chart_columns()};
  const auto extent = reader.extent();
  const auto end = read_from_;
  if (!extent || end <= extent->first || days_read_ == envelope_store::days)
    return false;
  // Gathered aside, as requests must not wait for it.
  std::vector<std::pair<double, std::array<double, chart_values>>> rows;
  reader.between(end - day, end, [&](const series_row& row) {
    if (row.id <= older_until_) {
      auto& one = rows.emplace_back();
      one.first = row.at;
      compute_values(row.values, one.second);
    }
    return !ends_;
  });
  const std::lock_guard stored{storing_};
  for (const auto& [at, values] : rows)
    store_.add(at, values);
  read_from_ = end - day;
  ++days_read_;
  return true;
}

/// Reads all that is there, the newest day first, as that is what is asked for first. What fails
/// is tried again: a disk that is busy, or a history that is not there yet, has its end.
void site::read_older_days() {
  constexpr std::chrono::milliseconds step{100};
  constexpr int steps_between = 50;
  name_thread("older-days");
  bool is_begun = false;
  while (!ends_)
    try {
      if (!is_begun)
        begin_store();
      is_begun = true;
      if (!read_older_day()) {
        is_complete_ = true;
        return;
      }
    } catch (const std::exception&) {
      // The page says why the history cannot be read.
      for (int i = 0; i < steps_between && !ends_; ++i)
        std::this_thread::sleep_for(step);
    }
}

} // namespace pmactor::web
