#include "actors/storage_writer/history_sqlite.hpp"

#include "actors/host/process_facts.hpp"
#include "actors/storage_writer/history_connection_sqlite.hpp"
#include "actors/storage_writer/keep_damaged_file_posix.hpp"
#include "messages/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace pmactor {
namespace fs = std::filesystem;

std::uint64_t tick_of(std::string_view text, std::string_view run_id) {
  if (text.size() <= run_id.size() || !text.starts_with(run_id) || text[run_id.size()] != ':')
    return 0;
  std::uint64_t result = 0;
  const auto* begin = text.data() + run_id.size() + 1;
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(begin, end, result);
  return parsed.ec == std::errc{} && parsed.ptr == end ? result : 0;
}

history_place true_place(history_place place) {
  std::error_code unresolved;
  if (auto true_name = fs::weakly_canonical(fs::absolute(place.file), unresolved); !unresolved)
    place.file = std::move(true_name);
  return place;
}

history::history(history_place place, damaged_file what) {
  place = true_place(std::move(place));
  connection_ = std::make_unique<history_connection>(place);
  try {
    connection_->open();
  } catch (const storage_problem& e) {
    if (e.kind != storage_failure::corrupt || what == damaged_file::refuse)
      throw;
    connection_->close();
    const auto kept = keep_aside(place.file);
    connection_ = std::make_unique<history_connection>(place);
    connection_->add_alarm(std::string{e.what()} + " Its files are kept as " + kept.string()
                      + "; a new history begins.");
    connection_->open();
  }
}

history::~history() = default;

namespace {

/// Commits the rows in one transaction.
std::size_t store_rows(history_connection& c, std::span<const history_row> rows) {
  int moved = 0;
  // Rows committed to a file that has no name any more would be lost without a word.
  if (sqlite3_file_control(c.database->getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved)
        == SQLITE_OK
      && moved != 0)
    throw storage_problem{storage_failure::moved, "The history " + c.place.file.string()
                                                    + " was moved or deleted; a new one is begun."};
  const auto tried =
    "store " + std::to_string(rows.size()) + (rows.size() == 1 ? " row in" : " rows in");
  return c.attempt(tried, [&c, rows] {
    history_connection::transaction change{c};
    // Read inside: an older connection of this run, thought dead, may have committed meanwhile.
    const auto first = tick_of(c.recall("last-tick").value_or(""), c.place.run_id);
    auto last = first;
    std::size_t stored = 0;
    for (const auto& row : rows)
      if (const auto* sample = std::get_if<scored_sample>(&row)) {
        if (sample->system.tick > last) {
          c.insert(*sample);
          last = sample->system.tick;
          ++stored;
        }
      } else if (const auto* entry = std::get_if<remember>(&row)) {
        c.put(cut_text(entry->key, longest_stored_name),
              cut_text(entry->value, longest_stored_value));
      } else {
        std::visit([&c](const auto& x) {
          if constexpr (requires { c.insert(x); })
            c.insert(x);
        }, row);
      }
    if (last != first)
      c.put("last-tick", c.place.run_id + ':' + std::to_string(last));
    change.commit();
    return stored;
  });
}

} // namespace

std::size_t history::store(std::span<const history_row> rows) {
  const committing_thread::span committing{connection_->place.committing.get(), own_thread_id()};
  return store_rows(*connection_, rows);
}

void keep_unstored(const history_place& place, std::span<const history_row> rows) {
  auto keep = true_place(place);
  const auto files = unstored_files(keep.file);
  const auto free = std::find_if(files.begin(), files.end(), [](const fs::path& file) {
    std::error_code none;
    return fs::symlink_status(file, none).type() == fs::file_type::not_found;
  });
  if (free == files.end())
    throw storage_problem{storage_failure::refused,
                          "Several earlier runs have kept rows beside " + keep.file.string()
                            + " that the history has not taken in either."};
  keep.file = *free;
  history_connection c{keep, history_use::unstored};
  try {
    c.open();
    store_rows(c, rows);
  } catch (...) {
    c.close();
    // Half of a keep is nothing to the next run but a damaged file. Its companions are ours if it is there.
    std::error_code none;
    if (fs::remove(keep.file, none))
      for (const char* suffix : {"-wal", "-shm", "-journal"})
        fs::remove(beside(keep.file, suffix), none);
    throw;
  }
  c.attempt("end", [&c] {
    sqlite3_db_config(c.database->getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
    c.close();
  });
}

prune_result history::prune(const prune_order& order) {
  auto& c = *connection_;
  return c.attempt("prune", [&c, &order] { return c.prune(order); });
}

std::vector<std::string> history::pinned_folders() {
  return connection_->attempt("look for pinned events in",
                              [this] { return connection_->pinned_folders(); });
}

history_size history::size() {
  return connection_->attempt("look at", [this] { return connection_->sizes(); });
}

const std::string& history::opened() const {
  return connection_->words;
}

const std::string& history::alarm() const {
  return connection_->alarm;
}

std::string history::set_aside(const std::string& why) {
  connection_->close();
  return why + " Its files are kept as " + keep_aside(connection_->place.file).string()
         + "; a new history begins.";
}

void history::end() {
  auto& c = *connection_;
  c.attempt("end this run in", [&c] {
    {
      history_connection::transaction change{c};
      c.close_episodes();
      c.put("last-end", c.place.run_id);
      change.commit();
    }
    sqlite3_db_config(c.database->getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
    c.close();
  });
}

std::optional<std::string> history::recall(const std::string& key) {
  return connection_->attempt("read", [this, &key] { return connection_->recall(key); });
}

} // namespace pmactor
