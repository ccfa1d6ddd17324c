#include "app/instance/log_file.hpp"

#include "app/instance/places.hpp"
#include "app/views/escape.hpp"
#include "messages/utf8.hpp"
#include "messages/words.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

/// Lines that may wait for the disk. Each takes its place in memory from the start.
constexpr std::size_t queue_length = 256;
/// A record is cut here: a line is for reading.
constexpr std::size_t longest_line = 2000;
/// How long the end of the program waits for the disk.
constexpr auto patience = std::chrono::milliseconds{200};

spdlog::level::level_enum to_spdlog(log_level x) {
  switch (x) {
    case log_level::debug:
      return spdlog::level::debug;
    case log_level::info:
      return spdlog::level::info;
    case log_level::warning:
      return spdlog::level::warn;
    case log_level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

log_level from_spdlog(spdlog::level::level_enum x) {
  return x >= spdlog::level::err    ? log_level::error
         : x >= spdlog::level::warn ? log_level::warning
         : x >= spdlog::level::info ? log_level::info
                                    : log_level::debug;
}

/// Of a record in the file.
constexpr const char* pattern = "%Y-%m-%dT%H:%M:%S.%e%z %l %v";

/// Cuts a line that is too long, at the end of a character.
void cut(std::string& line) {
  if (line.size() <= longest_line)
    return;
  line.resize(cut_text(line, longest_line).size());
  line += "…";
}

/// Which file a path leads to, whatever becomes of its name.
struct file_identity {
  dev_t device = 0;
  ino_t inode = 0;
  friend bool operator==(const file_identity&, const file_identity&) = default;
};

file_identity identity_of(const struct stat& facts) {
  return {facts.st_dev, facts.st_ino};
}

/// Keeps the log from other users and from the programs we start.
/// @returns which file it is.
file_identity protect(std::FILE* file) {
  const auto fd = ::fileno(file);
  ::fchmod(fd, 0600);
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  struct stat facts {};
  ::fstat(fd, &facts);
  return identity_of(facts);
}

/// @throws std::runtime_error if something other than a file of ours is in the log's place: opening
/// a pipe would wait for its reader.
/// @returns which file is there; absent if none is.
std::optional<file_identity> look_at(const std::filesystem::path& file) {
  struct stat facts {};
  if (::lstat(file.c_str(), &facts) != 0)
    return std::nullopt;
  if (!S_ISREG(facts.st_mode))
    throw std::runtime_error("Cannot write the log " + file.string()
                             + ": it is not a regular file; move it away.");
  return identity_of(facts);
}

/// Writes records on the log's own thread: to the rotated file, and to the terminal if asked.
class record_sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
  record_sink(const std::filesystem::path& file, const log_settings& how, log_echo echo)
    : path_(file), how_(how), file_(open()), echo_(echo) {
    if (echo != log_echo::terminal)
      return;
    const auto* plain = std::getenv("NO_COLOR");
    terminal_ = std::make_unique<spdlog::sinks::ansicolor_stderr_sink_st>(
      plain && *plain ? spdlog::color_mode::never : spdlog::color_mode::automatic);
    terminal_->set_formatter(std::make_unique<spdlog::pattern_formatter>("%H:%M:%S %^%l%$ %v"));
  }

  /// Has the file opened with these settings before the next line is written. From any thread.
  void follow(const log_settings& how) {
    std::lock_guard guard{mutex_};
    wanted_ = how;
  }

  /// Lines written or lost in writing so far, and tries without a line.
  std::uint64_t done() const {
    return done_.load(std::memory_order_acquire);
  }

  /// Lines lost so far, and how many of them the log itself has said.
  std::uint64_t lost() const {
    return failed_.load() + (queue_ ? queue_->overrun_counter() : 0);
  }
  std::uint64_t reported() const {
    return reported_.load();
  }

  /// Why the last line could not be written; empty if it was. From any thread.
  std::string problem() {
    std::lock_guard guard{mutex_};
    return problem_;
  }

  /// @param queue counts the lines that never came here because it was full.
  void count_overruns_of(spdlog::details::thread_pool* queue) {
    queue_ = queue;
  }

protected:
  void sink_it_(const spdlog::details::log_msg& x) override {
    struct guard { // counts a failed line too
      std::atomic<std::uint64_t>& done;
      ~guard() {
        done.fetch_add(1, std::memory_order_release);
      }
    } counted{done_};
    if (x.payload.size() == 0)
      return try_again(x.time);
    if (x.level >= spdlog::level::info)
      echo(x);
    try {
      take_up_settings();
      make_anew_if_gone(x.time);
      report_dropped_lines(x.time);
      file_->log(x);
      file_->flush();
      note_problem({});
    } catch (const std::exception& e) { // the disk is full, gone or read-only: there may be more room later
      ++failed_;
      note_problem(e.what());
    }
  }

  void flush_() override {
  }

private:
  using rotated_file = spdlog::sinks::rotating_file_sink_st;

  void echo(const spdlog::details::log_msg& x) {
    const std::string_view text{x.payload.data(), x.payload.size()};
    const auto lost = [](std::uint64_t lines) {
      return "log log-lines-lost: " + std::to_string(lines) + " log lines did not get here, as they were not read.";
    };
    if (terminal_)
      terminal_->log(x);
    else if (echo_ == log_echo::journal)
      stderr_.write(journal_line(from_spdlog(x.level), text), [&lost](std::uint64_t lines) {
        return journal_line(log_level::warning, lost(lines));
      });
    else if (echo_ == log_echo::plain)
      stderr_.write(plain_line(x), lost);
  }

  /// As the file has it.
  std::string plain_line(const spdlog::details::log_msg& x) {
    spdlog::memory_buf_t line;
    plain_.format(x, line);
    while (line.size() > 0 && line[line.size() - 1] == '\n')
      line.resize(line.size() - 1);
    return {line.data(), line.size()};
  }

  std::unique_ptr<rotated_file> open() {
    spdlog::file_event_handlers handlers; // also after each rotation
    handlers.after_open = [this](const spdlog::filename_t&, std::FILE* file) {
      opened_ = protect(file);
    };
    auto result = std::make_unique<rotated_file>(path_.string(), how_.max_size, how_.max_files,
                                                 false, handlers);
    result->set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern));
    return result;
  }

  /// Lines were lost: would the next one be?
  void try_again(spdlog::log_clock::time_point now) {
    try {
      make_anew_if_gone(now);
      report_dropped_lines(now);
      note_problem({});
    } catch (const std::exception& e) {
      note_problem(e.what());
    }
  }

  void note_problem(const std::string& why) {
    std::lock_guard guard{mutex_};
    problem_ = why;
  }

  /// Takes up what follow() has left. Where the file cannot be opened again, the open one goes on.
  void take_up_settings() {
    std::optional<log_settings> wanted;
    {
      std::lock_guard guard{mutex_};
      wanted.swap(wanted_);
    }
    if (!wanted)
      return;
    how_ = *wanted;
    try {
      look_at(path_);
      file_ = open();
    } catch (const std::exception&) {
    }
  }

  /// A log that was removed or moved, or whose folder was, would take lines that nothing ever
  /// reads.
  /// @throws std::exception if it cannot be made anew: then the line is lost, and counted.
  void make_anew_if_gone(spdlog::log_clock::time_point now) {
    if (look_at(path_) == opened_)
      return;
    make_private_folder(path_.parent_path());
    file_ = open();
    write(now, "log log-made-anew: The log was removed or moved while it was written to; it goes on here.");
  }

  /// Says, with the time of the line at hand, how many lines before it were lost.
  void report_dropped_lines(spdlog::log_clock::time_point now) {
    const auto all = lost();
    if (all == reported_)
      return;
    write(now, "log log-lines-lost: " + std::to_string(all - reported_)
                 + " log lines were lost here, as the disk was full, gone or too slow.");
    reported_ = all;
  }

  void write(spdlog::log_clock::time_point now, const std::string& words) {
    file_->log({now, {}, {}, spdlog::level::warn, words});
    file_->flush();
  }

  const std::filesystem::path path_;
  log_settings how_;
  file_identity opened_; ///< Before file_, whose opening sets it.
  std::unique_ptr<rotated_file> file_;
  std::mutex mutex_;
  std::optional<log_settings> wanted_; ///< What is not taken up yet.
  std::string problem_;                ///< As problem().
  const log_echo echo_;
  std::unique_ptr<spdlog::sinks::ansicolor_stderr_sink_st> terminal_;
  line_writer stderr_{STDERR_FILENO};
  spdlog::pattern_formatter plain_{pattern};
  spdlog::details::thread_pool* queue_ = nullptr;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> reported_{0}; ///< Of those lost.
};

} // namespace

struct log_file::parts {
  std::shared_ptr<record_sink> sink;
  std::shared_ptr<spdlog::details::thread_pool> queue;
  std::shared_ptr<spdlog::async_logger> logger;
  std::atomic<std::uint64_t> accepted{0};
  std::filesystem::path file;
  // Of trouble(): how many lines were done when it was asked last, and when that number last moved.
  std::uint64_t done_before = 0;
  std::chrono::steady_clock::time_point moved = std::chrono::steady_clock::now();

  parts* before = nullptr; ///< The log that was open before this one.

  /// What log_line() reaches. A thread may still be in it when the log ends, so parts are kept as
  /// long as the program runs; a program has one log, a test few.
  static std::atomic<parts*> current;
  static parts* retired;

  static void take(log_level level, std::string_view component, std::string_view event,
                   std::string_view sentence) noexcept {
    auto* p = current.load(std::memory_order_acquire);
    if (!p || !p->logger->should_log(to_spdlog(level)))
      return;
    try {
      std::string line;
      line.reserve(component.size() + event.size() + sentence.size() + 3);
      line.append(component).append(1, ' ').append(event).append(": ");
      line += escaped(sentence.substr(0, longest_line));
      cut(line);
      p->accepted.fetch_add(1, std::memory_order_relaxed);
      p->logger->log(to_spdlog(level), spdlog::string_view_t{line.data(), line.size()});
    } catch (...) { // no memory for a line; what logs can do nothing about it
    }
  }
};

std::atomic<log_file::parts*> log_file::parts::current{nullptr};
log_file::parts* log_file::parts::retired = nullptr;

log_file::log_file(const std::filesystem::path& file, const log_settings& how, log_echo echo)
  : parts_(std::make_unique<parts>()) {
  look_at(file);
  parts_->file = file;
  try {
    parts_->sink = std::make_shared<record_sink>(file, how, echo);
  } catch (const spdlog::spdlog_ex& e) {
    throw std::runtime_error("Cannot write the log " + file.string() + ": " + e.what() + '.');
  }
  parts_->queue = std::make_shared<spdlog::details::thread_pool>(queue_length, 1);
  parts_->sink->count_overruns_of(parts_->queue.get());
  parts_->logger = std::make_shared<spdlog::async_logger>(
    "pmactor", parts_->sink, parts_->queue, spdlog::async_overflow_policy::overrun_oldest);
  parts_->logger->set_level(to_spdlog(how.level));
  parts_->logger->set_error_handler([](const std::string&) {}); // the sink counts what fails
  parts::current.store(parts_.get(), std::memory_order_release);
  set_log_sink(&parts::take);
}

void log_file::follow(const log_settings& how) {
  parts_->logger->set_level(to_spdlog(how.level));
  parts_->sink->follow(how);
}

std::string log_file::trouble() {
  constexpr auto too_long = std::chrono::seconds{5};
  auto& p = *parts_;
  const auto now = std::chrono::steady_clock::now();
  const auto done = p.sink->done() + p.queue->overrun_counter();
  if (done != std::exchange(p.done_before, done) || done >= p.accepted.load())
    p.moved = now;
  const auto lost = p.sink->lost() - p.sink->reported();
  auto why = p.sink->problem();
  if (now - p.moved > too_long)
    why = "no line was written for " + to_words(now - p.moved) + ", as its disk does not answer";
  else if (lost > 0) {
    p.accepted.fetch_add(1, std::memory_order_relaxed); // drain() waits for it as for a line
    p.logger->log(spdlog::level::err, spdlog::string_view_t{}); // no line: has the log's thread try again
  }
  if (why.empty() && lost == 0)
    return {};
  while (!why.empty() && why.back() == '.')
    why.pop_back();
  return "The log " + p.file.string() + " loses lines"
         + (lost > 0 ? ", " + std::to_string(lost) + " so far" : "") + (why.empty() ? "" : ": " + why) + '.';
}

bool log_file::drain() {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (parts_->sink->done() + parts_->queue->overrun_counter() < parts_->accepted.load()) {
    if (std::chrono::steady_clock::now() >= until)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

log_file::~log_file() {
  set_log_sink(nullptr);
  parts::current.store(nullptr, std::memory_order_release);
  // Freeing the queue waits for its thread, which may be waiting for the disk.
  if (drain())
    parts_->queue.reset();
  parts_->before = parts::retired;
  parts::retired = parts_.release();
}

} // namespace pmactor
