#include "actors/storage_writer/history_sqlite.hpp"

#include "actors/storage_writer/explain_failure_sqlite.hpp"
#include "actors/storage_writer/lay_out_row.hpp"
#include "actors/storage_writer/migrate_schema_sqlite.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <ctime>
#include <system_error>
#include <vector>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

static_assert(schema_steps.size() == history_schema_version);

constexpr std::size_t most_processes = 64; ///< On one sample.
constexpr std::size_t longest_name = 256;
constexpr std::size_t longest_value = 65536; ///< Of daemon_state.
constexpr std::size_t events_at_once = 4; ///< Each may have a folder of many files.

/// Up to this size a database that was not closed in good order is checked as a whole; it takes 0.2 s.
/// Of a larger one, only what will be written to next.
constexpr std::uint64_t small_enough_to_check = 64ull << 20;

double wall_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string stamp() {
  const auto now = std::time(nullptr);
  std::tm broken{};
  ::gmtime_r(&now, &broken);
  char text[32];
  std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &broken);
  return text;
}

std::string iso(double unix_seconds) {
  const auto whole = static_cast<std::time_t>(unix_seconds);
  std::tm broken{};
  char text[40];
  if (::localtime_r(&whole, &broken) == nullptr
      || std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S%z", &broken) == 0)
    return "?";
  return text;
}

fs::path beside(const fs::path& file, const char* suffix) {
  return fs::path{file.native() + suffix};
}

std::uint64_t size_of(const fs::path& file) {
  std::error_code failed;
  const auto size = fs::file_size(file, failed);
  return failed ? 0 : size;
}

storage_problem denied(const fs::path& file, int code) {
  return {code == ENOSPC || code == EDQUOT ? storage_failure::full : storage_failure::denied,
          "Cannot begin the history " + file.string() + ": "
            + std::generic_category().message(code)
            + ". Give this user the right to write there, or choose another data folder."};
}

/// Moves the file and its two companions to a name that is free. Nothing is ever deleted.
/// @returns the new name.
fs::path keep_aside(const fs::path& file) {
  const auto name = file.native() + ".corrupt-" + stamp();
  fs::path target{name};
  for (int i = 2; fs::exists(fs::symlink_status(target))
                  || fs::exists(fs::symlink_status(beside(target, "-wal")));
       ++i)
    target = name + '-' + std::to_string(i);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const auto from = beside(file, suffix);
    if (::rename(from.c_str(), beside(target, suffix).c_str()) != 0 && errno != ENOENT)
      throw storage_problem{storage_failure::denied,
                            "Cannot move the damaged " + from.string() + " aside: "
                              + std::generic_category().message(errno)
                              + ". Give this user the right to write to its folder."};
  }
  return target;
}

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

void bind(SQLite::Statement& statement, int index, const std::optional<double>& value) {
  if (value && std::isfinite(*value))
    statement.bind(index, *value);
  else
    statement.bind(index);
}

void bind(SQLite::Statement& statement, int index, std::string_view text) {
  statement.bind(index, std::string{text}); // by length: foreign text may hold NUL and any other byte
}

std::string insert_sample_text() {
  std::string marks = "?";
  for (std::size_t i = 1; i < sample_column_count; ++i)
    marks += ",?";
  return "INSERT INTO samples(" + sample_column_list() + ") VALUES(" + marks + ')';
}

/// @returns the tick of "<run-id>:<tick>", or 0 if another run wrote it.
std::uint64_t tick_of(std::string_view text, std::string_view run_id) {
  if (text.size() <= run_id.size() || !text.starts_with(run_id) || text[run_id.size()] != ':')
    return 0;
  std::uint64_t result = 0;
  const auto* begin = text.data() + run_id.size() + 1;
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(begin, end, result);
  return parsed.ec == std::errc{} && parsed.ptr == end ? result : 0;
}

} // namespace

// SQLiteCpp needs its statements to go before their database, hence the order of the members.
struct history::connection {
  explicit connection(const history_place& x) : place(x) {
  }

  history_place place;
  std::string words, alarm; ///< What opening found.
  std::optional<SQLite::Database> database;

  struct statements {
    explicit statements(SQLite::Database& db)
      : insert_sample(db, insert_sample_text()),
        insert_process(db, "INSERT INTO process_samples(sample_id, pid, start_time, name, cpu_pct, "
                           "mem_bytes, io_read, io_write, state, is_suspect) "
                           "VALUES(?,?,?,?,?,?,?,?,?,?)"),
        put(db, "INSERT INTO daemon_state(key, value, updated_at) VALUES(?,?,?) ON CONFLICT(key) "
                "DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at"),
        get(db, "SELECT value FROM daemon_state WHERE key = ?"),
        ids(db, "SELECT min(id), max(id) FROM (SELECT min(id) AS id FROM samples UNION ALL "
                "SELECT max(id) FROM samples)"),
        begin(db, "BEGIN IMMEDIATE"), commit(db, "COMMIT") {
    }
    SQLite::Statement insert_sample, insert_process, put, get, ids, begin, commit;
  };
  std::optional<statements> prepared;

  /// Runs what may fail, and gives its failure kind and words.
  template <class F>
  auto attempt(const std::string& tried, F f) {
    try {
      return f();
    } catch (const SQLite::Exception& e) {
      const auto code = e.getExtendedErrorCode() > 0 ? e.getExtendedErrorCode() : e.getErrorCode();
      throw explain(code, e.what(), tried, place.file, database ? database->getHandle() : nullptr);
    }
  }

  /// A transaction that no other connection can slip into, so that what it reads stays true until it
  /// commits.
  class transaction {
  public:
    explicit transaction(connection& x) : connection_(x) {
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
    connection& connection_;
    bool done_ = false;
  };

  std::int64_t number(const std::string& query) {
    return database->execAndGet(query).getInt64();
  }

  std::optional<std::string> recall(std::string_view key) {
    use get{prepared->get};
    bind(*get, 1, key);
    if (!get->executeStep())
      return std::nullopt;
    const auto value = get->getColumn(0);
    if (!value.isText())
      return std::nullopt;
    return std::string{cut_text({value.getText(), static_cast<std::size_t>(value.getBytes())},
                                longest_value)};
  }

  void put(std::string_view key, std::string_view value) {
    use put{prepared->put};
    bind(*put, 1, key);
    bind(*put, 2, value);
    put->bind(3, wall_now());
    put->executeStep();
  }

  void insert(const scored_sample& sample) {
    {
      use insert{prepared->insert_sample};
      const auto row = lay_out_row(sample);
      for (std::size_t i = 0; i < row.values.size(); ++i)
        bind(*insert, static_cast<int>(i) + 1, row.values[i]);
      insert->executeStep();
    }
    const auto id = sqlite3_last_insert_rowid(database->getHandle());
    std::size_t count = 0;
    for (const auto& process : sample.processes) {
      if (++count > most_processes)
        break;
      use insert{prepared->insert_process};
      insert->bind(1, static_cast<std::int64_t>(id));
      insert->bind(2, process.pid);
      bind(*insert, 3, process.start_time);
      bind(*insert, 4, cut_text(process.name, longest_name));
      bind(*insert, 5, process.cpu_pct);
      bind(*insert, 6, process.mem_bytes);
      bind(*insert, 7, process.io_read);
      bind(*insert, 8, process.io_write);
      const char state = process.state.value_or('\0');
      if (state > ' ' && state < '\x7f')
        bind(*insert, 9, std::string_view{&state, 1});
      else
        insert->bind(9);
      insert->bind(10, process.is_suspect ? 1 : 0);
      insert->executeStep();
    }
  }

  /// @returns the row of the event with this kind and start; 0 if there is none.
  std::int64_t find_event(const event_key& event) {
    SQLite::Statement find{*database, "SELECT id FROM events WHERE kind = ? AND started = ?"};
    find.bind(1, to_string(event.kind));
    find.bind(2, to_seconds(event.started));
    return find.executeStep() ? find.getColumn(0).getInt64() : 0;
  }

  /// One whose event is gone, or never came, has nothing to belong to; its folder is left to the quota.
  void insert(const capture_report& report) {
    SQLite::Statement amend{*database, "UPDATE events SET capture = ?, "
                                       "event_dir = coalesce(nullif(?, ''), event_dir) WHERE id = ?"};
    pmactor::bind(amend, 1, cut_text(to_json(report), longest_value));
    pmactor::bind(amend, 2, cut_text(report.folder, longest_name));
    amend.bind(3, find_event(report.event));
    amend.exec();
  }

  std::vector<std::string> pinned_folders() {
    SQLite::Statement find{*database, "SELECT event_dir FROM events WHERE status = 'pinned' AND "
                                      "event_dir IS NOT NULL"};
    std::vector<std::string> result;
    while (find.executeStep())
      result.emplace_back(cut_text(find.getColumn(0).getString(), longest_name));
    return result;
  }

  /// Binds cause, confidence, scope, ledger and evidence. A critical episode has none of them.
  static void bind_findings(SQLite::Statement& statement, int first, const pause_event& event) {
    const bool critical = event.kind == event_kind::critical;
    const auto text = [&](int offset, const std::string& value) {
      if (critical)
        statement.bind(first + offset);
      else
        statement.bind(first + offset, value);
    };
    text(0, to_string(event.cause));
    text(1, to_string(event.sure));
    text(2, to_string(event.scope));
    text(3, to_json(event.book));
    text(4, evidence_json(event));
  }

  /// Events are rare: their statements are not kept.
  void insert(const event_record& record) {
    const auto& event = record.event;
    if (const auto id = find_event(key_of(event)); id != 0) {
      if (!event.amends)
        return; // told again, as nobody was sure that it had arrived: what amended it meanwhile stays
      // What a user may have said of it stays as well.
      SQLite::Statement amend{
        *database,
        "UPDATE events SET ended = ?, duration = ?, cause = ?, confidence = ?, scope = ?, ledger = ?, "
        "evidence = ?, culprits = CASE WHEN ? = '[]' THEN culprits ELSE ? END WHERE id = ?"};
      amend.bind(1, to_seconds(event.ended));
      amend.bind(2, to_seconds(event.duration));
      bind_findings(amend, 3, event);
      const auto culprits = to_json(record.culprits);
      amend.bind(8, culprits);
      amend.bind(9, culprits);
      amend.bind(10, id);
      amend.exec();
      return;
    }
    SQLite::Statement insert{
      *database,
      "INSERT INTO events(kind, started, ended, duration, uncertainty, expected, latency_ratio, "
      "asleep, cause, confidence, scope, ledger, evidence, stress_total, stress_load, stress_memory, "
      "stress_thermal, stress_latency, stress_io, culprits, event_dir) "
      "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
    insert.bind(1, to_string(event.kind));
    insert.bind(2, to_seconds(event.started));
    insert.bind(3, to_seconds(event.ended));
    insert.bind(4, to_seconds(event.duration));
    insert.bind(5, to_seconds(event.uncertainty));
    insert.bind(6, to_seconds(event.expected));
    pmactor::bind(insert, 7, std::optional{event.latency_ratio});
    insert.bind(8, to_seconds(event.asleep));
    bind_findings(insert, 9, event);
    const auto stress = record.stress.value_or(stress_score{});
    pmactor::bind(insert, 14, record.stress ? std::optional{stress.total()} : std::nullopt);
    pmactor::bind(insert, 15, stress.load);
    pmactor::bind(insert, 16, stress.memory);
    pmactor::bind(insert, 17, stress.thermal);
    pmactor::bind(insert, 18, stress.latency);
    pmactor::bind(insert, 19, stress.io);
    insert.bind(20, to_json(record.culprits));
    if (!record.event_dir.empty())
      pmactor::bind(insert, 21, record.event_dir);
    insert.exec();
    insert_lead_up(sqlite3_last_insert_rowid(database->getHandle()), record.lead_up);
  }

  void insert_lead_up(std::int64_t event, const std::vector<scored_sample>& seconds) {
    using column = sample_column;
    static constexpr column kept[] = {
      column::timestamp,     column::interval,       column::cpu_pct,       column::load_avg,
      column::mem_available, column::swap_used,      column::io_read,       column::io_write,
      column::cpu_temp,      column::throttled,      column::gpu_pct,       column::psi_cpu_some,
      column::psi_mem_some,  column::psi_mem_full,   column::psi_io_some,   column::psi_io_full,
      column::stress_total,  column::stress_load,    column::stress_memory, column::stress_thermal,
      column::stress_latency, column::stress_io};
    std::string names = "event_id";
    std::string marks = "?";
    for (const auto x : kept) {
      names += ", " + std::string{sample_column_names[static_cast<std::size_t>(x)]};
      marks += ",?";
    }
    SQLite::Statement insert{*database,
                             "INSERT INTO event_samples(" + names + ") VALUES(" + marks + ')'};
    for (const auto& second : seconds) {
      const auto row = lay_out_row(second);
      insert.bind(1, event);
      int index = 1;
      for (const auto x : kept)
        pmactor::bind(insert, ++index, row[x]);
      insert.exec();
      insert.reset();
    }
  }

  /// The folder and an empty file, for this user's eyes alone.
  void make_file() {
    const auto& file = place.file;
    const auto folder = file.parent_path();
    struct stat found{};
    if (!folder.empty() && ::stat(folder.c_str(), &found) != 0 && errno == ENOENT) {
      std::error_code failed;
      fs::create_directories(folder, failed);
      if (failed)
        throw denied(file, failed.value());
      fs::permissions(folder, fs::perms::owner_all, failed);
    }
    if (::stat(file.c_str(), &found) != 0) {
      if (errno != ENOENT)
        throw denied(file, errno);
      keep_stray_log();
      // Only ever a new file: closing a descriptor of one that SQLite has open, would drop its locks.
      const int descriptor = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
      if (descriptor < 0 && errno != EEXIST)
        throw denied(file, errno);
      if (descriptor >= 0)
        ::close(descriptor);
    } else if (!S_ISREG(found.st_mode)) {
      throw storage_problem{storage_failure::denied,
                            "Cannot open the history " + file.string() + ": it is a "
                              + (S_ISDIR(found.st_mode) ? "folder" : "special file")
                              + ", not a file. Move it away, or choose another data folder."};
    } else if (found.st_size == 0) {
      keep_stray_log();
    }
  }

  /// SQLite deletes a log whose database is empty; but it may hold the last rows of a lost one.
  void keep_stray_log() {
    if (size_of(beside(place.file, "-wal")) == 0)
      return;
    tell("Beside it lay the log of a database that is gone; it is kept as "
         + keep_aside(place.file).filename().string() + "-wal.");
  }

  void tell(const std::string& sentence) {
    if (!alarm.empty())
      alarm += ' ';
    alarm += sentence;
  }

  void open() {
    make_file();
    attempt("open the history", [this] {
      const auto timeout = static_cast<int>(place.busy_timeout.count());
      database.emplace(place.file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, timeout);
      auto* handle = database->getHandle();
      sqlite3_extended_result_codes(handle, 1);
      if (sqlite3_db_readonly(handle, "main") == 1)
        throw denied(place.file, ::access(place.file.c_str(), W_OK) == 0 ? EACCES : errno);
      // A row that breaks this is none of ours.
      sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 4 << 20);
      // A restart of the writer alone need not wait for the disk; `end` merges the log.
      sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
      database->exec("PRAGMA cache_size = -256; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON; "
                     "PRAGMA wal_autocheckpoint = 400; PRAGMA journal_size_limit = 2097152;");
      own_tables();
      // Without a write-ahead log (some network file systems) only FULL survives a loss of power.
      const std::string journal = database->execAndGet("PRAGMA journal_mode").getText();
      database->exec(journal == "wal" ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
      prepare();
    });
    begin_run();
    attempt("look at the history", [this] {
      const auto found = sizes();
      const std::string journal = database->execAndGet("PRAGMA journal_mode").getText();
      static constexpr const char* levels[] = {"OFF", "NORMAL", "FULL", "EXTRA"};
      const auto level = static_cast<std::size_t>(number("PRAGMA synchronous")) & 3u;
      words = "Opened " + place.file.string() + " (" + describe_history(found.samples, found.bytes)
              + "; " + journal + ", synchronous " + levels[level] + ").";
      if (!alarm.empty())
        words += ' ' + alarm;
    });
  }

  /// Takes the file for ours, and its tables up to this version.
  void own_tables() {
    const auto version = number("PRAGMA user_version");
    const auto mark = number("PRAGMA application_id");
    const bool empty = number("SELECT count(*) FROM sqlite_schema") == 0;
    if (mark != history_application_id && !(empty && mark == 0 && version == 0))
      throw storage_problem{storage_failure::foreign,
                            "Cannot use " + place.file.string()
                              + " as the history: it is the database of another program. Move it away, "
                                "or choose another data folder."};
    if (version > history_schema_version)
      throw storage_problem{storage_failure::newer,
                            "Cannot use the history " + place.file.string()
                              + ": a newer pmactor wrote it (tables of version "
                              + std::to_string(version) + ", this one knows up to "
                              + std::to_string(history_schema_version)
                              + "). Install the newer one, or move the file away."};
    if (version == history_schema_version)
      return;
    if (empty)
      database->exec("PRAGMA auto_vacuum = INCREMENTAL;");
    database->exec("PRAGMA journal_mode = WAL;");
    SQLite::Transaction change{*database, SQLite::TransactionBehavior::IMMEDIATE};
    // Another process may have been here while we waited for the lock.
    for (auto from = number("PRAGMA user_version"); from < history_schema_version; ++from) {
      database->exec(schema_steps[static_cast<std::size_t>(from)]);
      database->exec("PRAGMA user_version = " + std::to_string(from + 1) + ';');
    }
    database->exec("PRAGMA application_id = " + std::to_string(history_application_id) + ';');
    change.commit();
  }

  void prepare() {
    try {
      prepared.emplace(*database);
    } catch (const SQLite::Exception& e) {
      if (e.getErrorCode() != SQLITE_ERROR)
        throw;
      // It says it is ours, but its tables are not: nothing can be stored in it.
      throw storage_problem{storage_failure::corrupt,
                            "Cannot use the history " + place.file.string() + ": " + e.what()
                              + '.'};
    }
  }

  /// Notes that this run began; if the one before did not end, looks whether the file is sound.
  void begin_run() {
    const auto before = attempt("read the history", [this] { return recall("last-start"); });
    if (before == place.run_id)
      return; // the writer was restarted, not the daemon
    const auto ended = attempt("read the history", [this] { return recall("last-end"); });
    if (before && before != ended) {
      attempt("check the history", [this] { check(); });
      std::string last = "It had stored nothing";
      attempt("read the history", [this, &last] {
        SQLite::Statement newest{*database, "SELECT timestamp FROM samples ORDER BY id DESC LIMIT 1"};
        if (newest.executeStep())
          last = "Its last sample is of " + iso(newest.getColumn(0).getDouble());
      });
      tell("The run before did not end in good order. " + last + "; the database is sound.");
    }
    attempt("begin a run in the history", [this] {
      transaction change{*this};
      put("last-start", place.run_id);
      change.commit();
    });
  }

  /// @throws storage_problem if the file is damaged.
  void check() {
    const auto size = static_cast<std::uint64_t>(number("PRAGMA page_count")
                                                 * number("PRAGMA page_size"));
    const char* const question = size <= small_enough_to_check ? "PRAGMA quick_check(1)"
                                                               : "PRAGMA quick_check('daemon_state')";
    const std::string answer = database->execAndGet(question).getString();
    if (answer != "ok")
      throw storage_problem{storage_failure::corrupt, "The history " + place.file.string()
                                                        + " is damaged: " + answer.substr(0, 200)};
    // Where the next rows go: the right edge of both trees.
    number("SELECT count(*) FROM (SELECT s.timestamp, p.name FROM (SELECT * FROM samples ORDER BY id "
           "DESC LIMIT 100) s JOIN process_samples p ON p.sample_id = s.id)");
  }

  history_size sizes() {
    history_size result;
    use ids{prepared->ids};
    if (ids->executeStep() && !ids->isColumnNull(0))
      result.samples = static_cast<std::uint64_t>(ids->getColumn(1).getInt64()
                                                  - ids->getColumn(0).getInt64() + 1);
    result.bytes = size_of(place.file) + size_of(beside(place.file, "-wal"));
    return result;
  }

  void close() {
    prepared.reset();
    database.reset();
  }

  /// Removes the folder of an event, if it is where such folders are.
  void remove_folder(const std::string& text) {
    if (text.empty())
      return;
    std::error_code failed;
    const auto data = fs::weakly_canonical(place.file.parent_path(), failed);
    const auto folder = fs::weakly_canonical(data / text, failed);
    // Whatever the database says: nothing outside may go.
    const auto inside = folder.lexically_relative(data / "events");
    if (failed || inside.empty() || *inside.begin() == ".." || *inside.begin() == ".")
      return;
    fs::remove_all(folder, failed);
  }

  std::size_t prune_events(double before) {
    std::vector<std::pair<std::int64_t, std::string>> expired;
    {
      SQLite::Statement find{*database, "SELECT id, event_dir FROM events WHERE started < ? AND "
                                        "status <> 'pinned' ORDER BY started LIMIT ?"};
      find.bind(1, before);
      find.bind(2, static_cast<std::int64_t>(events_at_once));
      while (find.executeStep())
        expired.emplace_back(find.getColumn(0).getInt64(), find.getColumn(1).getString());
    }
    // The folder first: were the row gone first, a crash in between would leave a folder for ever.
    for (const auto& [id, folder] : expired) {
      remove_folder(folder);
      SQLite::Statement remove{*database, "DELETE FROM events WHERE id = ? AND status <> 'pinned'"};
      remove.bind(1, id);
      remove.exec();
    }
    return expired.size();
  }

  prune_result prune(const prune_order& order) {
    prune_result result;
    if (order.samples_before) {
      SQLite::Statement remove{*database,
                               "DELETE FROM samples WHERE id IN (SELECT id FROM samples WHERE "
                               "timestamp < ? ORDER BY timestamp LIMIT ?)"};
      remove.bind(1, *order.samples_before);
      remove.bind(2, static_cast<std::int64_t>(order.rows));
      result.samples = static_cast<std::size_t>(remove.exec());
    }
    if (order.events_before && result.samples < order.rows)
      result.events = prune_events(*order.events_before);
    if (result.samples > 0 || result.events > 0) {
      result.more = true;
      return result;
    }
    // What is freed each day is used again the next day. Only what is far beyond that goes back.
    const auto pages = number("PRAGMA page_count");
    const auto unused = number("PRAGMA freelist_count");
    if (unused > 256 && unused > pages / 4) {
      SQLite::Statement shrink{*database, "PRAGMA incremental_vacuum(64)"};
      while (shrink.executeStep()) {
      }
      result.more = number("PRAGMA freelist_count") < unused;
    }
    return result;
  }
};

history::history(history_place place) {
  std::error_code unresolved;
  // By its true name: a damaged file is moved, not the link that leads to it.
  if (auto true_name = fs::weakly_canonical(fs::absolute(place.file), unresolved); !unresolved)
    place.file = std::move(true_name);
  connection_ = std::make_unique<connection>(place);
  try {
    connection_->open();
  } catch (const storage_problem& e) {
    if (e.kind != storage_failure::corrupt)
      throw;
    connection_->close();
    const auto kept = keep_aside(place.file);
    connection_ = std::make_unique<connection>(place);
    connection_->tell(std::string{e.what()} + " Its files are kept as " + kept.string()
                      + "; a new history begins.");
    connection_->open();
  }
}

history::~history() = default;

std::size_t history::store(std::span<const history_row> rows) {
  auto& c = *connection_;
  int moved = 0;
  // Rows committed to a file that has no name any more would be lost without a word.
  if (sqlite3_file_control(c.database->getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK
      && moved != 0)
    throw storage_problem{storage_failure::moved, "The history " + c.place.file.string()
                                                    + " was moved or deleted; a new one is begun."};
  const auto tried = "store " + std::to_string(rows.size()) + (rows.size() == 1 ? " row in" : " rows in");
  return c.attempt(tried, [&c, rows] {
    connection::transaction change{c};
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
        c.put(cut_text(entry->key, longest_name), cut_text(entry->value, longest_value));
      } else if (const auto* event = std::get_if<event_record>(&row)) {
        c.insert(*event);
      } else if (const auto* report = std::get_if<capture_report>(&row)) {
        c.insert(*report);
      }
    if (last != first)
      c.put("last-tick", c.place.run_id + ':' + std::to_string(last));
    change.commit();
    return stored;
  });
}

prune_result history::prune(const prune_order& order) {
  auto& c = *connection_;
  return c.attempt("prune", [&c, &order] { return c.prune(order); });
}

std::optional<std::int64_t> history::find_event(const event_key& event) {
  const auto id = connection_->attempt("look for an event in",
                                       [&] { return connection_->find_event(event); });
  return id != 0 ? std::optional{id} : std::nullopt;
}

std::vector<std::string> history::pinned_folders() {
  return connection_->attempt("look for pinned events in", [this] { return connection_->pinned_folders(); });
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
      connection::transaction change{c};
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
