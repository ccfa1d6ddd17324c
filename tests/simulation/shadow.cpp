#include "simulation/shadow.hpp"

#include "actors/storage_writer/history_sqlite.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <span>
#include <system_error>
#include <variant>

namespace pmactor::simulation {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_processes = 64; ///< That are stored with one sample.

fs::path make_folder() {
  std::error_code none;
  const fs::path memory = "/dev/shm"; // no test need wear out a disk
  auto name = ((fs::is_directory(memory, none) ? memory : fs::temp_directory_path()) / "pmactor-simulation-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), "cannot make the folder " + name);
  return name;
}

/// Bytes that are taken neither for a database nor for the log of one.
void damage(const fs::path& file) {
  for (const char* suffix : {"", "-wal"}) {
    const fs::path x = file.native() + suffix;
    if (fs::exists(x) && fs::file_size(x) > 0) {
      std::fstream out{x, std::ios::in | std::ios::out | std::ios::binary};
      out << std::string(512, 'x');
    }
  }
}

} // namespace

shadow::shadow(std::function<void(const std::string&)> differs, defect planted)
  : differs_{std::move(differs)}, planted_{std::move(planted)}, folder_{make_folder()} {
}

shadow::~shadow() {
  std::error_code none;
  fs::remove_all(folder_, none);
}

fs::path shadow::file() const {
  return folder_ / std::to_string(copies_) / "pmactor.db";
}

void shadow::forget() {
  samples_.clear();
  events_.clear();
  kept_.clear();
  last_tick_.clear();
}

std::unique_ptr<shadow::connection> shadow::open(std::uint64_t run, bool damaged) {
  run_ = run;
  try {
    const bool there = fs::exists(file());
    if (damaged) {
      kill(); // who was left behind has it open, and SQLite would go by what it knows of it
      damage(file());
    }
    std::unique_ptr<history_port> port = std::make_unique<history>(history_place{file(), "simulated." + std::to_string(run)});
    if (damaged && there) {
      if (port->alarm().find("kept as") == std::string::npos)
        differs_("A damaged file was opened as if it were sound: " + port->opened());
      forget();
    }
    if (planted_)
      port = planted_(std::move(port));
    return std::make_unique<connection>(*this, std::move(port));
  } catch (const std::exception& e) {
    differs_(std::string{"It cannot be opened: "} + e.what());
    return nullptr;
  }
}

void shadow::kill() {
  const auto before = file();
  ++copies_;
  fs::create_directories(file().parent_path());
  for (const char* suffix : {"", "-wal"})
    if (const fs::path from = before.native() + suffix; fs::exists(from))
      fs::copy_file(from, fs::path{file().native() + suffix});
  if (copies_ >= 2) { // the copies made at the kill before are no longer used
    std::error_code none;
    fs::remove_all(folder_ / std::to_string(copies_ - 2), none);
  }
}

void shadow::check() {
  if (!fs::exists(file()))
    return;
  try {
    SQLite::Database database{file().string(), SQLite::OPEN_READWRITE};
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    if (const std::string answer = database.execAndGet("PRAGMA integrity_check").getString(); answer != "ok")
      differs_("It is not sound: " + answer.substr(0, 200));
    if (SQLite::Statement stray{database, "PRAGMA foreign_key_check"}; stray.executeStep())
      differs_("A row belongs to none: of " + stray.getColumn(0).getString());

    SQLite::Statement times{database, "SELECT timestamp FROM samples ORDER BY timestamp"};
    auto known = samples_.begin();
    std::size_t processes = 0;
    while (times.executeStep()) {
      const double time = times.getColumn(0).getDouble();
      if (known == samples_.end() || known->first != time) {
        differs_("It holds a sample of " + std::to_string(time) + ", where there is to be "
                 + (known == samples_.end() ? "none" : "one of " + std::to_string(known->first)));
        return;
      }
      processes += known->second;
      ++known;
    }
    if (known != samples_.end())
      differs_("It lacks the sample of " + std::to_string(known->first));
    if (const auto rows = database.execAndGet("SELECT count(*) FROM process_samples").getInt64();
        rows != static_cast<std::int64_t>(processes))
      differs_("It holds " + std::to_string(rows) + " processes of " + std::to_string(processes));

    decltype(events_) events;
    for (SQLite::Statement row{database, "SELECT event_id, duration, coalesce(cause, '') FROM events"}; row.executeStep();)
      if (!events.emplace(row.getColumn(0).getInt64(),
                          event{row.getColumn(1).getDouble(), row.getColumn(2).getString()})
             .second)
        differs_("It holds an event twice, of " + row.getColumn(0).getString());
    // What was open at the end of its run has the length that the last sample gives it.
    for (const auto& [id, stored] : events_)
      if (const auto found = events.find(id); found != events.end() && stored.is_open)
        found->second = stored;
    for (const auto& [id, committed] : events_) {
      const auto found = events.find(id);
      if (found == events.end())
        differs_("It lacks the event " + std::to_string(id));
      else if (found->second != committed)
        differs_("It holds the event " + std::to_string(id) + " as of " + std::to_string(found->second.duration) + " s and "
                 + found->second.cause + ", and committed were " + std::to_string(committed.duration) + " s and "
                 + committed.cause);
    }
    if (events.size() > events_.size())
      differs_("It holds " + std::to_string(events.size() - events_.size()) + " events more than were committed");

    for (const auto& [key, value] : kept_) {
      SQLite::Statement row{database, "SELECT value FROM daemon_state WHERE key = ?"};
      row.bind(1, key);
      if (!row.executeStep() || row.getColumn(0).getString() != value)
        differs_("It does not remember \"" + key + "\" as it was asked to");
    }
  } catch (const std::exception& e) {
    differs_(std::string{"It cannot be read: "} + e.what());
  }
}

template <class F>
void shadow::connection::attempt(F f) {
  if (!port_)
    return;
  try {
    f();
  } catch (const std::exception& e) {
    of_.differs_(e.what());
  }
}

void shadow::connection::store(std::span<const history_row> rows) {
  attempt([&] {
    const auto stored = port_->store(rows);
    std::size_t fresh = 0;
    auto& last = of_.last_tick_[of_.run_];
    for (const auto& row : rows)
      if (const auto* sample = std::get_if<scored_sample>(&row)) {
        if (sample->system.tick <= last)
          continue;
        last = sample->system.tick;
        ++fresh;
        of_.samples_.emplace(to_seconds(sample->system.at.wall), std::min(sample->processes.size(), most_processes));
      } else if (const auto* record = std::get_if<event_record>(&row)) {
        const auto& x = record->event;
        const bool is_open = x.kind == event_kind::critical || (x.stall && !x.stall->is_over);
        const bool has_cause = x.kind == event_kind::pause || x.kind == event_kind::sleep || x.stall;
        const event kept{to_seconds(x.duration), has_cause ? to_string(x.cause) : "", is_open};
        of_.events_.emplace(x.id.value, kept);
      } else if (const auto* amendment = std::get_if<event_amendment>(&row)) {
        const auto& until = amendment->over ? amendment->over : amendment->lasts;
        if (const auto at = of_.events_.find(amendment->id.value); at != of_.events_.end()) {
          const bool is_current = !amendment->lasts || to_seconds(until->duration) > at->second.duration;
          if (until && is_current)
            at->second.duration = to_seconds(until->duration);
          if (amendment->stall && is_current)
            at->second.cause = to_string(cause_of(amendment->stall->resource));
          at->second.is_open = at->second.is_open && !amendment->over;
        }
      } else if (const auto* value = std::get_if<remember>(&row)) {
        of_.kept_[value->key] = value->value;
      }
    if (stored != fresh)
      of_.differs_("It says that it stored " + std::to_string(stored) + " samples, of " + std::to_string(fresh));
  });
}

void shadow::connection::prune(const prune_order& order) {
  attempt([&] {
    const auto result = port_->prune(order);
    std::size_t due = 0;
    while (order.samples_before && due < order.rows && !of_.samples_.empty()
           && of_.samples_.begin()->first < *order.samples_before) {
      of_.samples_.erase(of_.samples_.begin());
      ++due;
    }
    if (result.samples != due)
      of_.differs_("It pruned " + std::to_string(result.samples) + " samples, of " + std::to_string(due));
  });
}

void shadow::connection::set_aside(const std::string& why) {
  attempt([&] {
    port_->set_aside(why);
    port_.reset();
    of_.forget();
  });
}

void shadow::connection::end() {
  attempt([&] {
    port_->end();
    port_.reset();
  });
}

} // namespace pmactor::simulation
