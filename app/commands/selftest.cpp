#include "app/commands/commands.hpp"

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "actors/host/process_facts.hpp"
#include "app/views/escape.hpp"
#include "app/selftest/inflict_pauses.hpp"
#include "app/instance/private_daemon.hpp"
#include "app/selftest/score_selftest.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <random>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace pmactor {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

struct selftest_options {
  bool quick = false, json = false, keep = false;
  std::vector<std::string> only;
  int count = 0;
  double longest = 0;
  double watch = 0;
  std::uint32_t seed = 1;
};

std::atomic<int> interrupted{0};
extern "C" void on_interrupt(int signal) {
  interrupted.store(signal);
}

/// Thrown once the user has had enough; whatever is being done is taken back on the way out.
struct enough {};

double wall_now() {
  return to_seconds(read_clocks().wall);
}

/// Sleeps in small pieces, so that Ctrl-C is heard.
void rest(nanoseconds length) {
  const auto until = read_clocks().awake + length;
  for (auto now = read_clocks().awake; now < until; now = read_clocks().awake) {
    if (interrupted.load() != 0)
      throw enough{};
    std::this_thread::sleep_for(std::min<nanoseconds>(until - now, 20ms));
  }
}

/// Wakes every 10 ms, before all others if it may, and notes when it could not.
class observer {
public:
  observer() : thread_{[this] { watch(); }} {
  }
  ~observer() {
    stopping_.store(true);
    thread_.join();
  }
  std::vector<observed_gap> gaps() {
    std::lock_guard guard{mutex_};
    return gaps_;
  }

private:
  void watch() {
    outrank_everyone();
    auto last = read_clocks();
    while (!stopping_.load()) {
      std::this_thread::sleep_for(10ms);
      const auto now = read_clocks();
      if (now.total - last.total > 100ms) {
        std::lock_guard guard{mutex_};
        gaps_.push_back({to_seconds(last.wall), to_seconds(now.wall)});
      }
      last = now;
    }
  }

  std::mutex mutex_;
  std::vector<observed_gap> gaps_;
  std::atomic<bool> stopping_{false};
  std::thread thread_; ///< Last: it uses the others.
};

class selftest {
public:
  explicit selftest(const selftest_options& asked)
    : asked_{asked}, folder_{asked.keep}, random_{asked.seed}, terminal_{::isatty(STDERR_FILENO)
                                                                         == 1} {
  }

  int run() {
    progress("starting a private daemon");
    daemon_ = std::make_unique<private_daemon>(folder_.path(), groups_);
    wait_until_it_samples();
    if (asked_.watch > 0)
      watch(nanoseconds{static_cast<std::int64_t>(asked_.watch * 1e9)});
    else
      inflict();
    rest(1500ms); // what is still on its way to the disk
    progress("");
    return report();
  }

private:
  void inflict() {
    if (wanted("stop-daemon"))
      stop("stop-daemon", amount(5, 40), false);
    if (wanted("stop-both"))
      stop("stop-both", amount(5, 40), true);
    if (wanted("freeze-v1"))
      freeze("freeze-v1", amount(2, 15), groups_.can_freeze_v1(), &test_groups::freeze_v1);
    if (wanted("freeze-v2"))
      freeze("freeze-v2", amount(2, 15), groups_.can_freeze_v2(), &test_groups::freeze_v2);
    if (wanted("starve"))
      starve(amount(2, 8));
    if (wanted("quota"))
      load("quota", groups_.can_limit_cpu(), asked_.quick ? 2s : 5s,
           {pause_cause::quota, pause_cause::cpu_wait}, [this](bool on) { groups_.limit_cpu(on); });
    if (wanted("fsync"))
      load("fsync", true, asked_.quick ? 2s : 5s,
           {pause_cause::io, pause_cause::cpu_wait, pause_cause::memory},
           [this](bool on) { storm(on); });
    if (wanted("memory"))
      load("memory", groups_.can_limit_memory(), asked_.quick ? 1s : 3s,
           {pause_cause::memory, pause_cause::io, pause_cause::cpu_wait, pause_cause::stopped},
           [this](bool on) { groups_.limit_memory(on); });
  }

  /// Inflicts nothing: whatever holds the machine up meanwhile is the test. What the observer saw
  /// must be found; what the daemon found alone held up the daemon alone, by a want of CPU, disk or
  /// memory.
  void watch(nanoseconds length) {
    constexpr double long_enough =
      0.3; // with the half beat of doubt, a pause to the daemon as well
    const inflicted load{"watched",
                         wall_now(),
                         0,
                         false,
                         {pause_cause::cpu_wait, pause_cause::io, pause_cause::memory},
                         std::nullopt};
    const auto until = read_clocks().awake + length;
    while (read_clocks().awake < until) {
      progress("watching for " + spelled(length)
               + (terminal_ ? ", " + spelled(until - read_clocks().awake) + " left" : ""));
      rest(std::min<nanoseconds>(1s, until - read_clocks().awake));
    }
    truth_.push_back(load);
    truth_.back().ended = wall_now();
    for (const auto& gap : observer_.gaps())
      if (gap.started >= load.started && gap.ended - gap.started >= long_enough)
        truth_.push_back({"observed",
                          gap.started,
                          gap.ended,
                          true,
                          {pause_cause::cpu_wait, pause_cause::io, pause_cause::memory,
                           pause_cause::stolen, pause_cause::asleep},
                          std::nullopt});
  }

  bool wanted(const std::string& kind) const {
    return asked_.only.empty()
           || std::find(asked_.only.begin(), asked_.only.end(), kind) != asked_.only.end();
  }
  int amount(int quick, int thorough) const {
    return asked_.count > 0 ? asked_.count : asked_.quick ? quick : thorough;
  }
  nanoseconds between(double least, double most) {
    return nanoseconds{
      static_cast<std::int64_t>(std::uniform_real_distribution<double>{least, most}(random_)*1e9)};
  }
  /// The time between two pauses, in which it must not find any.
  nanoseconds breath() {
    return asked_.quick ? between(0.9, 1.2) : between(1.1, 1.6);
  }
  nanoseconds some_length() {
    return between(0.3, asked_.longest > 0 ? asked_.longest : asked_.quick ? 0.9 : 3);
  }

  void progress(const std::string& what) {
    if (terminal_)
      std::cerr << "\r\033[K" << what << std::flush;
    else if (!what.empty() && what != last_progress_)
      std::cerr << what << '\n';
    last_progress_ = what;
  }
  void progress(const std::string& kind, int done, int all) {
    if (terminal_)
      progress(kind + ' ' + std::to_string(done) + " of " + std::to_string(all));
    else if (done == 1)
      progress(kind + ", " + std::to_string(all) + " times");
  }
  void skip(const std::string& kind, const std::string& why) {
    skipped_.emplace_back(kind, why);
  }

  fs::path database() const {
    return folder_.path() / "data" / "pmactor.db";
  }

  void wait_until_it_samples() {
    const auto until = read_clocks().awake + 15s;
    while (read_clocks().awake < until) {
      rest(200ms);
      if (!daemon_->lives())
        throw std::runtime_error{
          "The private daemon ended at once. Try `pmactor run --data DIR` to see why."};
      if (daemon_->everyone().size() < 2)
        continue;
      try {
        event_reader reader{database()};
        rest(2500ms); // a few documents of the sampler child make the second witness
        return;
      } catch (const storage_problem&) {
      }
    }
    throw std::runtime_error{"The private daemon did not begin to sample within 15 s."};
  }

  std::vector<reported> found() const {
    std::vector<reported> result;
    event_reader reader{database()};
    event_range range;
    range.kind = "pause";
    reader.events(range, [&](const event_row& x) {
      const auto cause = pause_cause_from(x.cause);
      if (x.started && x.ended && x.duration && cause)
        result.push_back({*x.started, *x.ended, *x.duration, *cause,
                          x.confidence == "high"     ? confidence::high
                          : x.confidence == "medium" ? confidence::medium
                                                     : confidence::low});
      return true;
    });
    return result;
  }

  /// @returns seconds until an event that ended at or after *ended* can be read; nothing after 2 s.
  std::optional<double> wait_for_row(double started, double ended) {
    event_reader reader{database()};
    event_range range;
    range.since = started - 1;
    const auto until = ended + 2;
    for (double now = wall_now(); now < until; now = wall_now()) {
      bool there = false;
      reader.events(range, [&](const event_row& x) {
        there = x.ended.value_or(0) >= ended - 0.05;
        return !there;
      });
      if (there)
        return wall_now() - ended;
      rest(3ms);
    }
    return std::nullopt;
  }

  void stop(const std::string& kind, int times, bool both) {
    for (int i = 1; i <= times; ++i) {
      progress(kind, i, times);
      rest(breath());
      const auto targets = both ? daemon_->everyone() : std::vector{daemon_->pid()};
      inflicted x{kind, 0, 0, true, {pause_cause::stopped}, std::nullopt};
      struct resume {
        const std::vector<pid_t>& pids;
        ~resume() {
          for (const auto pid : pids)
            ::kill(pid, SIGCONT);
        }
      } safely{targets};
      for (const auto pid : targets)
        ::kill(pid, SIGSTOP);
      while (!is_stopped(targets.front()))
        std::this_thread::yield();
      x.started = wall_now();
      rest(some_length());
      x.ended = wall_now();
      for (const auto pid : targets)
        ::kill(pid, SIGCONT);
      x.told_after = wait_for_row(x.started, x.ended);
      truth_.push_back(x);
    }
  }

  void freeze(const std::string& kind, int times, bool allowed,
              void (test_groups::*set)(bool) const) {
    if (!allowed)
      return skip(kind, groups_.why_not());
    for (int i = 1; i <= times; ++i) {
      progress(kind, i, times);
      rest(breath());
      inflicted x{kind, 0, 0, true, {pause_cause::frozen}, std::nullopt};
      struct thaw {
        const test_groups& groups;
        void (test_groups::*set)(bool) const;
        ~thaw() {
          (groups.*set)(false);
        }
      } safely{groups_, set};
      (groups_.*set)(true);
      x.started = wall_now();
      rest(some_length());
      x.ended = wall_now();
      (groups_.*set)(false);
      x.told_after = wait_for_row(x.started, x.ended);
      truth_.push_back(x);
    }
  }

  /// Holds every CPU for a while, before all ordinary work. The kernel itself bounds this to a
  /// second.
  void starve(int times) {
    bool allowed = false;
    std::thread{[&allowed] { allowed = outrank_everyone(); }}.join();
    if (!allowed)
      return skip("starve", "it needs root");
    for (int i = 1; i <= times; ++i) {
      progress("starve", i, times);
      rest(breath());
      const auto length = between(0.4, 0.6);
      inflicted x{"starve", wall_now(), 0, false, {pause_cause::cpu_wait}, std::nullopt};
      std::vector<std::thread> hogs;
      for (unsigned k = 0; k < std::max(1u, std::thread::hardware_concurrency()); ++k)
        hogs.emplace_back([length] {
          outrank_everyone();
          for (const auto until = read_clocks().awake + length; read_clocks().awake < until;) {
          }
        });
      for (auto& hog : hogs)
        hog.join();
      x.ended = wall_now();
      truth_.push_back(x);
    }
  }

  /// A load of which it is not known how long, if at all, the daemon could not run.
  void load(const std::string& kind, bool allowed, nanoseconds length,
            std::vector<pause_cause> causes, const std::function<void(bool)>& apply) {
    if (!allowed)
      return skip(kind, groups_.why_not());
    progress(kind + " for " + spelled(length));
    rest(1s);
    inflicted x{kind, wall_now(), 0, false, std::move(causes), std::nullopt};
    {
      struct lift {
        const std::function<void(bool)>& apply;
        ~lift() {
          apply(false);
        }
      } safely{apply};
      apply(true);
      rest(length);
    }
    x.ended = wall_now() + 1; // until all is as it was
    truth_.push_back(x);
    rest(1s);
  }

  /// Four writers that each write a megabyte and wait for the disk, again and again.
  void storm(bool on) {
    if (!on) {
      storming_.store(false);
      for (auto& writer : writers_)
        writer.join();
      writers_.clear();
      return;
    }
    storming_.store(true);
    for (int i = 0; i < 4; ++i)
      writers_.emplace_back(
        [this, file = (folder_.path() / ("storm-" + std::to_string(i))).string()] {
          const int fd = ::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
          const std::vector<char> block(1 << 20, 'x');
          while (fd >= 0 && storming_.load()) {
            if (::pwrite(fd, block.data(), block.size(), 0) < 0 || ::fsync(fd) < 0)
              break;
          }
          if (fd >= 0)
            ::close(fd);
          ::unlink(file.c_str());
        });
  }

  int report() {
    if (!daemon_->lives())
      throw std::runtime_error{"The private daemon ended during the test: that is a failure."};
    const auto score = score_selftest(truth_, found(), observer_.gaps(), 0.15);
    if (asked_.json) {
      std::cout << selftest_json(score) << '\n';
    } else {
      std::cout << selftest_report(score);
      for (const auto& [kind, why] : skipped_)
        std::cout << "Skipped " << kind << ": " << why << ".\n";
    }
    if (asked_.keep)
      std::cerr << "The daemon's data is kept in " << folder_.path().string() << ".\n";
    return score.good() ? exit_fine : exit_failed;
  }

  selftest_options asked_;
  private_folder folder_;
  test_groups groups_; ///< Before the daemon, so that it goes after it.
  observer observer_;
  std::unique_ptr<private_daemon> daemon_;
  std::mt19937 random_;
  bool terminal_;
  std::string last_progress_;
  std::vector<inflicted> truth_;
  std::vector<std::pair<std::string, std::string>> skipped_;
  std::atomic<bool> storming_{false};
  std::vector<std::thread> writers_;
};

int run_selftest(const selftest_options& asked) {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    ::sigaction(signal, &action, nullptr);
  try {
    return selftest{asked}.run();
  } catch (const enough&) {
    std::cerr << "\npmactor: the self-test was interrupted; all is as it was before.\n";
    return 128 + interrupted.load();
  } catch (const std::exception& problem) {
    std::cerr << "\npmactor: " << escaped(problem.what()) << '\n';
    return exit_failed;
  }
}

} // namespace

void add_selftest(CLI::App& program, command& chosen) {
  auto asked = std::make_shared<selftest_options>();
  auto* verb = program.add_subcommand(
    "selftest", "Give a private daemon real pauses of known length and see what it makes of them");
  verb->add_flag("--quick", asked->quick, "Be done in under 50 s");
  verb->add_option("--only", asked->only, "Only these kinds")
    ->delimiter(',')
    ->check(CLI::IsMember({"stop-daemon", "stop-both", "freeze-v1", "freeze-v2", "starve", "quota",
                           "fsync", "memory"}));
  verb->add_option("--count", asked->count, "How many pauses of each kind")
    ->check(CLI::Range(1, 10'000));
  verb->add_option("--longest", asked->longest, "Seconds of the longest stop or freeze")
    ->check(CLI::Range(0.3, 100.0));
  verb
    ->add_option(
      "--watch", asked->watch,
      "Inflict nothing, and for so many seconds compare the daemon with an observer of the "
      "highest priority, under whatever load there is")
    ->check(CLI::Range(1.0, 86'400.0));
  verb->add_option("--seed", asked->seed, "Choose lengths and moments by this seed")
    ->capture_default_str();
  verb->add_flag("--json", asked->json, "Write the score as JSON");
  verb->add_flag("--keep", asked->keep, "Keep the private daemon's data");
  verb->callback([&chosen, asked] { chosen = [asked] { return run_selftest(*asked); }; });
}

} // namespace pmactor
