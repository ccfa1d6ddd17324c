#include "app/commands/commands.hpp"

#include "actors/host/tune_heap.hpp"
#include "actors/storage_writer/history_sqlite.hpp"
#include "app/instance/pid_file.hpp"
#include "app/instance/places.hpp"
#include "app/replay/replay_stream.hpp"
#include "app/settings/read_settings.hpp"
#include "app/views/escape.hpp"
#include "app/views/json_form.hpp"
#include "messages/words.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

struct replay_options {
  std::vector<std::string> files;
  std::string database, config;
  bool all = false;
  bool json = false;
};

/// Stores samples, many in one transaction: a replay that is cut short is simply run again.
class replay_history {
public:
  explicit replay_history(const std::string& file) : history_(place_of(file)) {
  }

  void add(scored_sample&& x) {
    rows_.emplace_back(std::move(x));
    if (rows_.size() == at_once)
      flush();
  }

  /// @returns how many samples were stored.
  std::size_t finish() {
    flush();
    history_.end();
    return stored_;
  }

private:
  static constexpr std::size_t at_once = 256;

  static history_place place_of(const std::string& file) {
    history_place result;
    result.file = file;
    result.busy_timeout = std::chrono::seconds{5};
    result.run_id = "replay-"
                    + std::to_string(std::chrono::system_clock::now().time_since_epoch().count()) + "-"
                    + std::to_string(::getpid());
    return result;
  }

  void flush() {
    if (!rows_.empty())
      stored_ += history_.store(rows_);
    rows_.clear();
  }

  history history_;
  std::vector<history_row> rows_;
  std::size_t stored_ = 0;
};

/// Reads the whole stream. @throws std::system_error
void read_into(stream_replay& replay, const std::string& name) {
  struct source {
    int fd;
    bool is_ours;
    ~source() {
      if (is_ours && fd >= 0)
        ::close(fd);
    }
  };
  const auto fail = [&name] {
    throw std::system_error(errno, std::generic_category(), "cannot read " + escaped(name));
  };
  const bool is_stdin = name == "-";
  const source from{is_stdin ? STDIN_FILENO : ::open(name.c_str(), O_RDONLY | O_CLOEXEC), !is_stdin};
  if (from.fd < 0)
    fail();
  replay.begin(is_stdin ? "standard input" : name);
  for (;;) {
    const auto room = replay.room();
    const auto count = ::read(from.fd, room.data(), room.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      fail();
    if (count == 0)
      break;
    replay.arrived(static_cast<std::size_t>(count));
  }
  replay.end();
}

std::string in_words(const skipped_stretch& x) {
  return escaped(x.stream) + ": skipped " + std::to_string(x.length) + " bytes at byte "
         + std::to_string(x.offset) + ": " + escaped(x.why) + ".";
}

std::string date(std::chrono::nanoseconds wall) {
  const auto whole = static_cast<std::time_t>(to_seconds(wall));
  std::tm parts{};
  ::gmtime_r(&whole, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

std::string number(const std::optional<double>& x, const char* unit) {
  if (!x)
    return "unknown";
  return printed("%.1f", *x) + unit;
}

void show(const replay_summary& x, std::size_t stored, const replay_options& asked) {
  std::cout << "documents  " << x.documents;
  if (x.damaged > 0)
    std::cout << ", and " << x.damaged << " damaged";
  if (x.summaries > 0)
    std::cout << ", and " << x.summaries << " since boot, which cover no window";
  std::cout << '\n';
  if (x.begin && x.end)
    std::cout << "time       " << number(to_seconds(x.span), " s") << ", from " << date(*x.begin) << " to "
              << date(*x.end) << '\n';
  std::cout << "cpu        "
            << (x.cpu_max ? number(x.cpu_mean(), " % on average, ") + number(x.cpu_max, " % at most")
                          : std::string{"unknown"})
            << '\n'
            << "stress     " << number(x.stress_max, " of 100 points at most") << ", elevated in "
            << x.elevated << " samples, " << x.episodes << " critical episodes\n";
  if (asked.database.empty())
    std::cout << "stored     nothing; " << x.to_store << " samples would be (--db FILE stores them)\n";
  else
    std::cout << "stored     " << stored << " samples in " << escaped(asked.database) << "; `pmactor history --db "
              << escaped(asked.database) << "` shows them\n";
}

void show_json(const replay_summary& x, std::size_t stored, const replay_options& asked) {
  const auto or_null = [](const auto& value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
  };
  nlohmann::ordered_json skipped = nlohmann::ordered_json::array();
  for (const auto& s : x.skipped)
    skipped.push_back({{"file", s.stream}, {"offset", s.offset}, {"length", s.length}, {"why", s.why}});
  auto result = begin_json();
  result.update({{"files", asked.files},
                 {"bytes", x.bytes},
                 {"documents", x.documents},
                 {"damaged", x.damaged},
                 {"summaries", x.summaries},
                 {"duration", to_seconds(x.span)}});
  put_moment(result, "started", x.begin);
  put_moment(result, "ended", x.end);
  result.update({{"cpu_mean", or_null(x.cpu_mean())},
                 {"cpu_max", or_null(x.cpu_max)},
                 {"stress_max", or_null(x.stress_max)},
                 {"elevated", x.elevated},
                 {"critical_episodes", x.episodes},
                 {"to_store", x.to_store},
                 {"stored", stored},
                 {"db", asked.database.empty() ? nlohmann::ordered_json(nullptr)
                                               : nlohmann::ordered_json(asked.database)},
                 {"skipped", skipped}});
  std::cout << dumped(result, true) << '\n';
}

places folder_of(const std::string& file) {
  places result;
  result.data = canonical_folder(file).parent_path();
  return result;
}

/// @returns whether the file is where a daemon keeps its history, in whatever folder of data.
bool is_a_daemons(const std::string& file) {
  std::error_code ignored;
  return canonical_folder(file) == folder_of(file).database()
         && std::filesystem::exists(file, ignored);
}

int replay(const replay_options& asked) {
  keep_heap();
  place_options named;
  if (!asked.config.empty())
    named.settings = asked.config;
  const auto where = find_places(look_around(), named);
  const auto read = read_settings(where.settings, where.settings_named);
  if (!read.problems.empty()) {
    for (const auto& x : read.problems)
      std::cerr << "pmactor: " << x << '\n';
    return exit_usage;
  }
  std::unique_ptr<replay_history> history;
  const bool is_theirs = !asked.database.empty() && is_a_daemons(asked.database);
  const auto lock =
    is_theirs ? pid_file::claim(folder_of(asked.database).lock_file(), false) : std::nullopt;
  if (is_theirs && !lock) {
    std::cerr << "pmactor: A daemon is writing to " << escaped(asked.database)
              << "; a history has one writer. Store the replay in another file.\n";
    return exit_failed;
  }
  if (!asked.database.empty())
    history = std::make_unique<replay_history>(asked.database);
  stream_replay work{{read.values.scorer, read.values.sampling, asked.all},
                     history ? stream_replay::storing{[&](scored_sample&& x) { history->add(std::move(x)); }}
                             : stream_replay::storing{}};
  bool failed = false;
  for (const auto& file : asked.files) {
    try {
      read_into(work, file);
    } catch (const std::system_error& e) {
      std::cerr << "pmactor: " << e.what() << ".\n";
      failed = true;
    }
  }
  const auto stored = history ? history->finish() : 0;
  const auto& summary = work.summary();
  if (asked.json)
    show_json(summary, stored, asked);
  else
    show(summary, stored, asked);
  std::cout << std::flush;
  for (const auto& x : summary.skipped)
    std::cerr << in_words(x) << '\n';
  if (summary.skipped.size() == replay_summary::most_skipped)
    std::cerr << "Whatever else was skipped is counted, but not listed.\n";
  if (!failed && summary.documents == 0 && summary.summaries == 0) {
    std::cerr << "pmactor: there is no sample in this; expected is what `powermetrics -f plist` or "
                 "`pmactor sample` writes.\n";
    failed = true;
  }
  return failed ? exit_failed : exit_fine;
}

} // namespace

void add_replay(CLI::App& program, command& chosen) {
  const auto asked = std::make_shared<replay_options>();
  auto* verb = program.add_subcommand(
    "replay", "Say what the daemon would have made of a recorded powermetrics stream");
  verb->add_option("FILE", asked->files, "Recorded streams, one after the other; - is standard input")
    ->required();
  verb->add_option("--db", asked->database, "Store the samples in this database")->type_name("OUT");
  verb->add_flag("--all", asked->all, "Store every sample, whatever the policy says");
  verb->add_flag("--json", asked->json, "Print the summary as one JSON object");
  verb->add_option("--config", asked->config, "Take the settings from this file")->type_name("FILE");
  run_when_chosen(*verb, chosen, asked, replay);
}

} // namespace pmactor
