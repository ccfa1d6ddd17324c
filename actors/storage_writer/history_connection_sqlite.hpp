// The one connection that writes to `pmactor.db`. How it opens the file, writes rows and prunes is
// in open_history_sqlite.cpp, write_rows_sqlite.cpp and prune_history_sqlite.cpp;
// history_sqlite.cpp says what is one transaction.
#pragma once

#include "actors/storage_writer/classify_failure_sqlite.hpp"
#include "actors/storage_writer/history_sqlite.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pmactor {

inline constexpr std::size_t longest_stored_name = 256;
inline constexpr std::size_t longest_stored_value = 65536; ///< Of daemon_state.

/// A statement in use; afterwards it holds no lock and no foreign memory.
class use {
public:
  explicit use(SQLite::Statement& statement) : statement_(statement) {
  }
  ~use() {
    statement_.tryReset();
  }
  use(const use&) = delete;
  use& operator=(const use&) = delete;
  SQLite::Statement* operator->() const {
    return &statement_;
  }
  SQLite::Statement& operator*() const {
    return statement_;
  }

private:
  SQLite::Statement& statement_;
};

void bind_value(SQLite::Statement& statement, int index, const std::optional<double>& value);
void bind_value(SQLite::Statement& statement, int index, std::string_view text);

/// The highest short number that an event has or had. SQLite would give that of a removed event
/// again; but cursors of exports, counters of metrics and the notes of people go by it.
inline constexpr const char* highest_event_id =
  "SELECT max((SELECT coalesce(max(id), 0) FROM main.events), (SELECT coalesce(max(CAST(value AS "
  "INTEGER)), 0) FROM "
  "main.daemon_state WHERE key = 'last-removed-event-id'))";
/// Where remove_events() keeps it.
inline constexpr std::string_view highest_event_id_key = "last-removed-event-id";

/// @returns the tick of "<run-id>:<tick>", or 0 if another run wrote it.
std::uint64_t tick_of(std::string_view text, std::string_view run_id);

/// @returns where keep_unstored() may keep rows: a file a run, as the next runs may fail as well.
std::array<std::filesystem::path, 3> unstored_files(const std::filesystem::path& history);

/// By its true name: a damaged file is moved, not the link that leads to it.
history_place true_place(history_place place);

/// What is said of an episode that lasted when its daemon ended, until its true end is known.
inline constexpr const char* presumed_end
  = "the daemon ended while it lasted; its end is the last sample that was stored";

/// What a connection is for.
enum class history_use : std::uint8_t {
  daemon,   ///< It begins the file where there is none, migrates it, and notes its run.
  visitor,  ///< A command changes a little of a history that is there, maybe beside its daemon.
  unstored, ///< It is a keep for rows whose events may be elsewhere.
};

// SQLiteCpp needs its statements to go before their database, hence the order of the members.
struct history_connection {
  explicit history_connection(const history_place& x, history_use y = history_use::daemon)
    : place(x), use_as(y) {
  }

  history_place place;
  history_use use_as;
  std::string words, alarm; ///< What opening found.
  std::optional<SQLite::Database> database;

  struct statements {
    explicit statements(SQLite::Database& db);
    SQLite::Statement insert_sample, insert_process, put, get, ids, begin, commit;
  };
  std::optional<statements> prepared;

  /// Runs what may fail, and gives its failure kind and words.
  template <class F>
  auto attempt(const std::string& tried, F f) {
    try {
      return f();
    } catch (const SQLite::Exception& e) {
      // Only here, as what was tried may have been to open it.
      throw explain(e, tried, place.file, database ? database->getHandle() : nullptr);
    }
  }

  /// A transaction that no other connection can slip into, so that what it reads stays true until
  /// it commits.
  class transaction {
  public:
    explicit transaction(history_connection& x) : connection_(x) {
      use(x.prepared->begin)->executeStep();
    }
    ~transaction() {
      // Some failures have rolled it back already.
      if (!done_ && sqlite3_get_autocommit(connection_.database->getHandle()) == 0)
        connection_.database->tryExec("ROLLBACK");
    }
    void commit() {
      use(connection_.prepared->commit)->executeStep();
      done_ = true;
    }

  private:
    history_connection& connection_;
    bool done_ = false;
  };

  // ---- opening

  void open();
  void close() {
    prepared.reset();
    database.reset();
  }
  void add_alarm(const std::string& sentence);
  history_size sizes();

  // ---- rows

  std::optional<std::string> recall(std::string_view key);
  void put(std::string_view key, std::string_view value);
  void insert(const scored_sample& sample);
  /// Events are rare: their statements are not kept.
  void insert(const event_record& record);
  void insert(const event_amendment& x);
  /// One whose event is gone, or never came, has nothing to belong to; its folder is left to the
  /// quota.
  void insert(const capture_report& report);
  /// @returns the row of the event; 0 if there is none.
  std::int64_t find_event(event_id event);
  std::vector<std::string> pinned_folders();
  /// Gives episodes that were open when their run ended the length that is known from the last sample.
  void close_episodes();
  /// Takes in what was kept in unstored_files(), each once.
  void take_in_unstored();
  void take_in(const std::filesystem::path& keep);

  // ---- pruning

  prune_result prune(const prune_order& order);

private:
  std::int64_t number(const std::string& query) {
    return database->execAndGet(query).getInt64();
  }
  /// The folder and an empty file, for this user's eyes alone.
  void make_file();
  /// SQLite deletes a log whose database is empty; but it may hold the last rows of a lost one.
  void keep_stray_log();
  /// Takes the file for ours, and its tables up to this version.
  void own_tables();
  void prepare();
  /// Notes that this run began; if the one before did not end, looks whether the file is sound.
  void begin_run();
  /// @throws storage_problem if the file is damaged.
  void check();
  void insert_lead_up(std::int64_t event, const std::vector<scored_sample>& seconds);
  /// In a keep of rows the event may be missing, as the history has it: something to amend.
  void stand_in_for(event_id event);
  /// Removes the folder of an event, if it is where such folders are.
  void remove_folder(const std::string& text);
  std::size_t prune_events(double before);
  void remove_events(const std::vector<std::pair<std::int64_t, std::string>>& expired);
};

} // namespace pmactor
