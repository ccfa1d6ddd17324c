#include "app/top/load_top.hpp"

#include "actors/host/expendable_thread.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/storage_writer/read_events_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/patterns/read_patterns.hpp"
#include "app/top/choose_process_sample.hpp"
#include "app/top/column_cache.hpp"
#include "app/top/decide_reach.hpp"
#include "app/top/find_unit.hpp"
#include "app/top/rank_processes.hpp"
#include "app/top/read_moment.hpp"
#include "app/top/recall_units.hpp"
#include "app/top/summarize_event.hpp"
#include "app/views/event_values.hpp"
#include "app/views/inspect_health.hpp"
#include "app/views/list_event_files.hpp"
#include "app/views/render_event.hpp"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_events = 20'000;
/// Looked at each second, beside those that last: more do not begin within one.
constexpr std::size_t new_events = 8;
constexpr auto whole_every = 5min; ///< So often all of them are.
constexpr std::size_t most_asked = 8; ///< Of a moment, for the units of processes that have ended.
/// Seconds for which an event is looked at after its end: blame, and the pauses within a stall, are
/// stored after it.
constexpr double settling = 120;
constexpr double longest_lead_up = 3600; ///< Seconds that are kept before an event, at most.

double present() {
  return to_seconds(std::chrono::system_clock::now().time_since_epoch());
}

std::shared_ptr<const std::vector<std::string>> lines_of(const std::string& text) {
  auto result = std::make_shared<std::vector<std::string>>();
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    result->push_back(line);
  return result;
}

/// Reads parts of a page, and remembers what need not be read again.
class reader {
public:
  reader(const places& where, double longest) : where_{where}, longest_{longest}, cache_{longest} {
  }

  /// @returns false if the history cannot be read; the page says why.
  bool open(top_page& page) {
    if (history_ && events_)
      return true;
    try {
      history_.emplace(where_.database());
      events_.emplace(where_.database());
      page.trouble.clear();
      return true;
    } catch (const storage_problem& e) {
      history_.reset();
      page.trouble = e.what();
      return false;
    }
  }
  /// So that they are opened anew.
  void close() {
    history_.reset();
    events_.reset();
  }

  /// @returns whether more of the columns is missing.
  bool columns(top_page& page, const top_wish& wish) {
    const auto now = present();
    const auto last = wish.moment ? wish.last : column_maker::number_of(now, wish.step);
    const auto first = last - static_cast<std::int64_t>(wish.width) + 1;
    const read_samples read = [this](double from, double until,
                                     const std::function<void(const sample_row&)>& row) {
      sample_range range;
      range.since = from;
      range.until = until;
      range.order = sample_order::time;
      range.newest_first = false;
      range.kept = lead_ups::beside_samples;
      history_->samples(range, [&row](const sample_row& x) {
        row(x);
        return true;
      });
    };
    cache_.look_at(wish.step, now);
    cache_.follow(read, now);
    const bool is_more = cache_.fill(read, first, last);
    page.step = wish.step;
    page.known_from = first;
    page.known_to = last;
    page.columns = cache_.columns(first, last);
    page.pending = cache_.pending(now, page.daemon.last_sign);
    return is_more;
  }

  /// @param is_more whether more of the columns is missing, perhaps that of the moment.
  void moment(top_page& page, const top_wish& wish, bool is_more) {
    const auto moment = wish.moment.value_or(present());
    moment_samples found;
    if (!wish.moment) { // however old it is: its age is shown
      found = read_moment(*history_, 0, moment + 1);
    } else if (const auto at = time_of_figures(*page.columns, moment, wish.step)) {
      // The one that the column shows, so that all that is seen of a moment is of one sample.
      found = read_moment(*history_, *at - longest_ - 1, std::nextafter(*at, *at + 1));
    }
    page.moment = wish.moment;
    page.sample = found.sample;
    auto& stored = found.stored;
    if (wish.moment && !is_more) {
      const auto begin = static_cast<double>(column_maker::number_of(moment, wish.step)) * wish.step;
      const auto near = std::min(begin, moment - longest_ - 1);
      // Within a pause, a sleep or an outage nothing is stored, and of the newest columns not yet.
      if (!stored || begins_in_wide_column(*page.events, moment, wish.step) || history_->processes(stored->id).empty())
        if (auto other = sample_with_processes(*history_, moment, near, begin + wish.step))
          stored = std::move(other);
    }
    const auto time_of = [](const auto& x) { return x ? std::optional{x->at()} : std::nullopt; };
    page.has_other_processes = are_of_another(time_of(page.sample), time_of(stored));
    const auto id = stored ? stored->id : 0;
    if (id != processes_of_) {
      processes_of_ = id;
      page.processes.clear();
      page.processes_at = time_of(stored);
      if (stored)
        for (auto& x : history_->processes(id))
          page.processes.push_back({std::move(x), {}, 0, false});
      for (auto& x : page.processes)
        x.unit = unit_of(x.sample);
      rank_harm(page.processes, stored);
    }
    mark_suspects(page, moment, wish.step);
  }

  /// Looks at the newest events and those that last or ended just now; now and then at all of them,
  /// as any may be marked or pruned.
  /// @returns whether columns are missing for it, as they were made without a pause or an outage that is known now.
  bool events(top_page& page) {
    const auto at = std::chrono::steady_clock::now();
    const bool is_whole = page.events->empty() || at >= whole_due_;
    if (is_whole)
      whole_due_ = at + whole_every;
    event_range range;
    range.parts = false;
    range.limit = is_whole ? most_events : new_events;
    std::map<std::int64_t, event_row> rows;
    events_->events(range, [&rows](const event_row& x) {
      rows.emplace(x.id, x);
      return true;
    });
    std::vector<top_event> changed;
    std::set<std::int64_t> outdated;
    const bool is_first_look = !std::exchange(has_looked_, true);
    const auto settled = present() - settling;
    const auto renew = [&](const top_event& old, const event_row& row) {
      const auto before = known_[old.id].digest;
      if (auto event = event_of(row); event != old || known_[old.id].digest != before) {
        outdated.insert(old.id);
        changed.push_back(std::move(event));
      }
    };
    for (const auto& x : *page.events) {
      if (const auto found = rows.find(x.id); found != rows.end()) {
        // How many pauses a stall has stands in other rows.
        if (x.to > settled || known_[x.id].digest != digest_event(found->second))
          renew(x, found->second);
        rows.erase(found);
      } else if (is_whole) {
        outdated.insert(x.id);
      } else if (x.to > settled) { // also what lasts, which ends in no time that is known
        if (const auto row = events_->find(x.id))
          renew(x, *row);
        else
          outdated.insert(x.id);
      }
    }
    for (const auto& [id, row] : rows) {
      changed.push_back(event_of(row));
      if (!is_first_look)
        cache_.forget(changed.back().from - longest_lead_up, present());
    }
    if (changed.empty() && outdated.empty())
      return false;
    auto all = *page.events;
    std::erase_if(all, [&outdated](const top_event& x) { return outdated.count(x.id) > 0; });
    all.insert(all.end(), changed.begin(), changed.end());
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.from < b.from; });
    page.events = std::make_shared<const std::vector<top_event>>(std::move(all));
    return cache_.know(find_breaks(*page.events), present());
  }

  void look_at_daemon(top_page& page) {
    if (const auto first = history_ ? oldest_sample(*history_) : std::nullopt)
      page.oldest = *first;
    auto& daemon = page.daemon;
    daemon = {};
    try {
      const auto view = inspect_health(find_health_page(where_));
      const auto state = view.verdict.state;
      daemon.is_running = state != health_state::not_running && state != health_state::dead;
      daemon.is_held_up = state == health_state::stopped || state == health_state::stuck;
      if (view.verdict.last_sign)
        daemon.last_sign = to_seconds(*view.verdict.last_sign);
      daemon.word = to_string(state);
      daemon.sentence = view.verdict.headline;
      if (view.report && daemon.is_running)
        for (const auto& x : view.report->actors)
          daemon.actors.push_back({x.name, to_string(x.phase),
                                   x.degraded.empty() ? x.note : x.degraded, !x.degraded.empty()});
    } catch (const std::exception& e) {
      daemon.word = "unknown";
      daemon.sentence = e.what();
    }
    page.pending = cache_.pending(present(), daemon.last_sign); // it may have been stopped since the columns were read
  }

  /// @param again whether what was read before is to be read anew: an event that lasts goes on, and
  /// evidence and blame come late.
  void opened(top_page& page, const top_wish& wish, bool again) {
    if (!wish.opened) {
      page.opened.reset();
      return;
    }
    const bool is_another = page.opened != wish.opened;
    if (!is_another && !again)
      return;
    page.opened = wish.opened;
    const auto event = events_->find(*wish.opened);
    if (!event) {
      page.lines = lines_of("This event is gone.");
      return;
    }
    if (is_another) // all others are read for it, so once
      likeness_ = compare(*event, *events_, present());
    const event_ties ties{events_->stall_of(*event), events_->parts_of(*event), likeness_};
    page.lines = lines_of(event_page(*event, events_->lead_up(event->id),
                                     event_files(where_.data, event->event_dir), ties));
  }

private:
  /// What is kept of each event beside its line.
  struct known_event {
    std::string culprits; ///< JSON; empty if none of them is to blame.
    std::size_t digest = 0;
  };

  top_event event_of(const event_row& x) {
    known_[x.id] = {are_accused(x) ? x.culprits : std::string{}, digest_event(x)};
    return summarize_event(x, events_->parts_of(x));
  }

  std::string unit_of(const process_sample& x) {
    const std::pair key{x.pid, x.start_time.value_or(0)};
    if (const auto known = units_.find(key); known != units_.end())
      return known->second;
    if (units_.size() > 4096)
      units_.clear();
    return units_[key] = find_unit(x.pid, x.start_time);
  }

  void mark_suspects(top_page& page, double moment, double step) {
    std::vector<std::pair<std::int64_t, std::string>> suspected;
    const std::pair these{processes_of_, page.events};
    std::size_t asked = std::exchange(recalled_, these) == these ? most_asked : 0; // once for each moment
    for (const auto& event : *page.events) {
      if (event.from > moment + step || event.to < moment - step)
        continue;
      if (asked++ < most_asked)
        if (const auto row = events_->find(event.id))
          recall_units(page.processes, row->blame);
      const auto culprits = parsed(known_[event.id].culprits);
      for (const auto& x : culprits.is_array() ? culprits : nlohmann::ordered_json::array())
        suspected.emplace_back(static_cast<std::int64_t>(number_at(x, "pid").value_or(0)),
                               text_at(x, "name"));
    }
    for (auto& x : page.processes)
      x.is_suspected = std::any_of(suspected.begin(), suspected.end(), [&x](const auto& one) {
        // Several of one name have no number.
        return (one.first == x.sample.pid || one.first == 0) && one.second == x.sample.name;
      });
  }

  places where_;
  double longest_;
  std::optional<history_reader> history_;
  std::optional<event_reader> events_;
  column_cache cache_;
  bool has_looked_ = false; ///< At the events.
  std::int64_t processes_of_ = -1;
  std::pair<std::int64_t, std::shared_ptr<const std::vector<top_event>>> recalled_; ///< Units, for these.
  std::map<std::pair<std::int64_t, double>, std::string> units_;
  std::map<std::int64_t, known_event> known_; ///< By event.
  std::chrono::steady_clock::time_point whole_due_{};
  event_likeness likeness_; ///< Of the event that is opened.
};

} // namespace

struct top_loader::shared {
  std::mutex mutex;
  std::condition_variable changed;
  top_wish wish;
  bool has_wish = false, ends = false;
  std::uint64_t wished = 0;
  std::shared_ptr<const top_page> page = std::make_shared<top_page>();
  std::function<void()> notify;
};

namespace {

/// One round of reading.
/// @param is_round whether a second is over, not only something else wanted. @param publish hands
/// the page over as it is so far. @param is_stale whether something else is wanted by now.
template <class Publish, class Stale>
void read_round(reader& from, top_page& page, const top_wish& wish, bool is_round, Publish publish,
                Stale is_stale) {
  try {
    if (from.open(page)) {
      from.opened(page, wish, is_round);
      do {
        bool is_more = from.columns(page, wish);
        from.moment(page, wish, is_more);
        publish();
        while (is_more && !is_stale()) {
          is_more = from.columns(page, wish);
          if (!is_more) // by now the column of the moment is known
            from.moment(page, wish, is_more);
          publish();
        }
        if (is_stale())
          return;
      } while (from.events(page));
    }
  } catch (const storage_problem& e) {
    page.trouble = e.what();
    from.close();
  }
  if (is_round)
    from.look_at_daemon(page);
  publish();
}

} // namespace

top_loader::top_loader(const places& where, double longest, std::function<void()> notify)
  : shared_{std::make_shared<shared>()} {
  shared_->notify = std::move(notify);
  start_expendable("pm-top", [all = shared_, where, longest] {
    reader from{where, longest};
    top_page page;
    auto last_round = std::chrono::steady_clock::time_point{};
    const auto publish = [&all, &page] {
      auto copy = std::make_shared<const top_page>(page);
      const std::lock_guard lock{all->mutex};
      all->page = std::move(copy);
      all->notify();
    };
    std::uint64_t done = 0;
    for (;;) {
      top_wish wish;
      bool is_round = false;
      {
        std::unique_lock lock{all->mutex};
        const auto due = last_round + 1s;
        while (
          !all->ends
          && !(all->has_wish && (all->wished != done || std::chrono::steady_clock::now() >= due)))
          if (all->has_wish)
            all->changed.wait_until(lock, due);
          else
            all->changed.wait(lock);
        if (all->ends)
          return;
        wish = all->wish;
        done = all->wished;
        is_round = std::chrono::steady_clock::now() >= due;
      }
      if (is_round)
        last_round = std::chrono::steady_clock::now();
      read_round(from, page, wish, is_round, publish, [&all, done] {
        const std::lock_guard lock{all->mutex};
        return all->wished != done || all->ends;
      });
    }
  });
}

top_loader::~top_loader() {
  const std::lock_guard lock{shared_->mutex};
  shared_->ends = true;
  shared_->notify = [] {};
  shared_->changed.notify_all();
}

void top_loader::want(const top_wish& wish) {
  const std::lock_guard lock{shared_->mutex};
  if (shared_->has_wish && shared_->wish == wish)
    return;
  shared_->wish = wish;
  shared_->has_wish = true;
  ++shared_->wished;
  shared_->changed.notify_all();
}

std::shared_ptr<const top_page> top_loader::page() const {
  const std::lock_guard lock{shared_->mutex};
  return shared_->page;
}

top_page load_top(const places& where, double longest, const top_wish& wish) {
  reader from{where, longest};
  top_page page;
  if (from.open(page)) {
    from.events(page);
    while (from.columns(page, wish))
      ;
    from.moment(page, wish, false);
    from.opened(page, wish, true);
  }
  from.look_at_daemon(page);
  return page;
}

} // namespace pmactor
