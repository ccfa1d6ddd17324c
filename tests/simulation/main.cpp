// Runs simulations: one seed, many of them on all cores, those that once failed, or those that prove that
// the oracle finds what it is there for.
#include "messages/words.hpp"
#include "simulation/oracle.hpp"
#include "simulation/plan_shrinker.hpp"
#include "simulation/plant.hpp"
#include "simulation/simulate.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <new>
#include <set>
#include <sstream>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace pmactor::simulation;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using steady = std::chrono::steady_clock;

/// A simulation to run, and what was found of it once before.
struct job {
  std::uint64_t seed = 0;
  nanoseconds length = std::chrono::hours{1};
  std::string why; ///< Of a kept seed: what it once broke.
  std::string without; ///< Kinds of faults, with commas between them.
  bool file = false;   ///< Whatever the seed says.
};

/// What a worker reports of a job; goes through a pipe in one piece.
struct report {
  std::uint64_t number = 0;
  simulation_outcome::counts counts;
  char broken[64] = "";
  char what[600] = "";
};
static_assert(sizeof(report) <= 4096, "PIPE_BUF");

struct settings {
  std::uint64_t seed = 0, seeds = 200, from = 1;
  double days = 1.0 / 24, budget = 0;
  unsigned workers = std::max(1u, std::thread::hardware_concurrency());
  std::string kept, bug, only, without;
  bool fresh = false, file = false, trace = false, check_oracle = false, shrink = true;
};

std::string days_of(nanoseconds length) {
  char text[40];
  std::snprintf(text, sizeof text, "%.9g", pmactor::to_seconds(length) / 86'400);
  return text;
}

std::string repeat_command(const job& x, const std::string& bug) {
  auto result = "./dev simulate --seed " + std::to_string(x.seed) + " --days " + days_of(x.length);
  if (!bug.empty())
    result += " --bug " + bug;
  if (!x.without.empty())
    result += " --without " + x.without;
  if (x.file)
    result += " --file";
  return result;
}

plan plan_of(const job& x) {
  return without(make_plan(x.seed, x.length), parse_fault_kinds(x.without));
}

simulation_options options_of(const job& x, const std::string& bug) {
  simulation_options result;
  result.seed = x.seed;
  result.length = x.length;
  result.bug = bug;
  result.faults = plan_of(x);
  result.file = x.file || has_file(x.seed, x.length);
  return result;
}

void explain(const job& x, const std::string& bug, const simulation_outcome& outcome, bool shrink) {
  std::printf("\nFAILED: seed %llu after %s: %s\n  repeat it: %s\n", static_cast<unsigned long long>(x.seed),
              pmactor::to_words(outcome.at).c_str(), outcome.what.c_str(), repeat_command(x, bug).c_str());
  std::fflush(stdout);
  if (!shrink)
    return;
  const auto few = shrink_plan(options_of(x, bug), outcome, 40s);
  std::printf("  of its %zu faults, these are enough (found in %u attempts):\n",
              plan_of(x).size(), few.attempts);
  std::string numbers;
  for (const auto& one : few.faults) {
    std::printf("    #%-4zu %s\n", one.number, to_string(one).c_str());
    numbers += (numbers.empty() ? "" : ",") + std::to_string(one.number);
  }
  std::printf("  repeat with these alone: %s --only %s\n", repeat_command(x, bug).c_str(),
              numbers.empty() ? "none" : numbers.c_str());
  std::fflush(stdout);
}

/// Lines of "SEED DAYS what it once broke", or of "SEED DAYS without=KINDS what it once broke" where a kind
/// of fault was added later: the rest of the plan is what it was. # starts a comment.
std::vector<job> read_kept(const std::string& file) {
  std::vector<job> result;
  std::ifstream in{file};
  if (!in)
    throw std::runtime_error("cannot read " + file + ": " + std::strerror(errno));
  for (std::string line; std::getline(in, line);) {
    std::istringstream words{line};
    job x;
    double days = 0;
    if (line.empty() || line[0] == '#' || !(words >> x.seed >> days))
      continue;
    x.length = nanoseconds{static_cast<std::int64_t>(days * 86'400e9)};
    std::getline(words >> std::ws, x.why);
    constexpr std::string_view mark = "without=";
    if (x.why.starts_with(mark)) {
      const auto end = std::min(x.why.find(' '), x.why.size());
      x.without = x.why.substr(mark.size(), end - mark.size());
      x.why.erase(0, end + 1);
    }
    result.push_back(x);
  }
  return result;
}

/// Runs jobs on all cores, each in a process of its own kind, so that a crash is a finding as well.
class crew {
public:
  crew(std::vector<job> jobs, settings conf) : jobs_{std::move(jobs)}, conf_{std::move(conf)} {
    void* memory = mmap(nullptr, sizeof(shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || pipe(pipe_) != 0)
      throw std::runtime_error(std::string{"cannot start workers: "} + std::strerror(errno));
    shared_ = new (memory) shared;
  }

  /// @returns how many failed.
  int run() {
    const auto began = steady::now();
    const auto workers = std::min<std::size_t>(conf_.workers, jobs_.size());
    for (std::size_t i = 0; i < workers; ++i)
      start_worker(i);
    close(pipe_[1]);
    auto shown = began;
    report x;
    while (read_whole(x)) {
      sum_.add(x.counts);
      ++done_;
      if (x.broken[0] != '\0') {
        failed_.push_back(x);
        std::printf("seed %llu FAILED: %s\n", static_cast<unsigned long long>(jobs_[x.number].seed), x.what);
        std::fflush(stdout);
      }
      if (const auto now = steady::now(); now - shown >= 5s) {
        shown = now;
        progress(now - began);
      }
    }
    for (std::size_t i = 0; i < workers; ++i)
      wait_for_worker(i);
    progress(steady::now() - began);
    for (const auto& bad : failed_)
      print(bad);
    return static_cast<int>(failed_.size());
  }

private:
  static constexpr std::size_t most_workers = 64;
  struct shared {
    std::atomic<std::uint64_t> next{0};
    std::array<std::atomic<std::uint64_t>, most_workers> at_work{}; ///< Job number + 1.
  };

  void start_worker(std::size_t slot) {
    std::fflush(stdout);
    const auto pid = fork();
    if (pid < 0)
      throw std::runtime_error(std::string{"cannot start a worker: "} + std::strerror(errno));
    if (pid > 0) {
      workers_.push_back(pid);
      return;
    }
    close(pipe_[0]);
    const auto end = steady::now() + std::chrono::duration<double>(conf_.budget);
    while (true) {
      const auto number = shared_->next.fetch_add(1);
      // Kept seeds are all run, whatever the budget.
      if (number >= jobs_.size() || (conf_.budget > 0 && steady::now() >= end && jobs_[number].why.empty()))
        _exit(0);
      shared_->at_work[slot].store(number + 1);
      const auto outcome = simulate(options_of(jobs_[number], conf_.bug));
      report x;
      x.number = number;
      x.counts = outcome.count;
      std::snprintf(x.broken, sizeof x.broken, "%s", outcome.broken.c_str());
      std::snprintf(x.what, sizeof x.what, "%s", outcome.what.c_str());
      shared_->at_work[slot].store(0);
      if (write(pipe_[1], &x, sizeof x) != static_cast<ssize_t>(sizeof x))
        _exit(1);
    }
  }

  bool read_whole(report& x) {
    auto* at = reinterpret_cast<char*>(&x);
    for (std::size_t have = 0; have < sizeof x;) {
      const auto n = read(pipe_[0], at + have, sizeof x - have);
      if (n <= 0)
        return false;
      have += static_cast<std::size_t>(n);
    }
    return true;
  }

  void wait_for_worker(std::size_t slot) {
    int status = 0;
    rusage used{};
    wait4(workers_[slot], &status, 0, &used);
    cpu_ += static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec)
            + 1e-6 * static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    memory_ = std::max(memory_, used.ru_maxrss);
    const auto job_number = shared_->at_work[slot].load();
    if (job_number == 0)
      return;
    report x;
    x.number = job_number - 1;
    std::snprintf(x.broken, sizeof x.broken, "crash");
    std::snprintf(x.what, sizeof x.what, "crash: the simulation itself ended with status %d", status);
    failed_.push_back(x);
  }

  void progress(steady::duration took) const {
    const auto seconds = std::chrono::duration<double>(took).count();
    const auto simulated = pmactor::to_seconds(sum_.simulated);
    std::printf("%llu seeds, %zu failed; %.2f seeds/s, %.0f simulated seconds/s",
                static_cast<unsigned long long>(done_), failed_.size(), static_cast<double>(done_) / seconds,
                simulated / seconds);
    if (cpu_ > 0)
      std::printf(" (%.0f a CPU second), %.1f MB at most", simulated / cpu_, static_cast<double>(memory_) / 1024);
    std::printf("\n");
    if (cpu_ > 0)
      print(sum_);
    std::fflush(stdout);
  }

  static void print(const simulation_outcome::counts& x) {
    const auto n = [](std::uint64_t v) { return static_cast<unsigned long long>(v); };
    std::printf("  %.1f days: %llu faults, %llu runs of the daemon, %llu restarts of actors, %llu messages;\n"
                "  %llu pauses (%llu with the right cause), %llu sleeps, %llu critical episodes, %llu rows, %llu checks;\n"
                "  %llu seeds with a database in a file\n"
                "  to the letter: no wrong cause %s, the cause found %s, scopes %s, lived seconds %s, health pages %s, stalls %s;\n"
                "  %llu questions about the past answered, %s to the letter\n",
                pmactor::to_seconds(x.simulated) / 86'400, n(x.faults), n(x.runs), n(x.restarts), n(x.messages),
                n(x.pauses), n(x.explained), n(x.sleeps), n(x.episodes), n(x.rows), n(x.checks), n(x.files),
                share(x.held.wrong_causes).c_str(), share(x.held.causes_found).c_str(), share(x.held.scopes).c_str(),
                share(x.held.lived_seconds).c_str(), share(x.held.pages).c_str(), share(x.held.stalls).c_str(),
                n(x.held.answers.all), share(x.held.answers).c_str());
  }

  static std::string share(const strictness& x) {
    return x.all == 0 ? "-" : std::to_string(100 * x.strict / x.all) + " %";
  }

  void print(const report& bad) const {
    const auto& x = jobs_[bad.number];
    if (std::strcmp(bad.broken, "crash") == 0) {
      std::printf("\nFAILED: seed %llu: %s\n  repeat it: %s\n", static_cast<unsigned long long>(x.seed), bad.what,
                  repeat_command(x, conf_.bug).c_str());
      return;
    }
    const auto again = simulate(options_of(x, conf_.bug));
    if (again.broken != bad.broken)
      std::printf("\nseed %llu broke %s once, and the second time %s: it is not repeatable\n",
                  static_cast<unsigned long long>(x.seed), bad.broken,
                  again.broken.empty() ? "nothing" : again.broken.c_str());
    else
      explain(x, conf_.bug, again, conf_.shrink);
  }

  std::vector<job> jobs_;
  settings conf_;
  shared* shared_ = nullptr;
  int pipe_[2] = {-1, -1};
  std::vector<pid_t> workers_;
  std::vector<report> failed_;
  simulation_outcome::counts sum_;
  std::uint64_t done_ = 0;
  double cpu_ = 0;
  long memory_ = 0;
};

int run_one(const settings& conf, nanoseconds length) {
  const job x{conf.seed, length, {}, conf.without, conf.file};
  auto options = options_of(x, conf.bug);
  options.trace = conf.trace;
  if (!conf.only.empty()) {
    std::set<std::size_t> some;
    std::istringstream numbers{conf.only};
    for (std::string number; std::getline(numbers, number, ',') && number != "none";)
      some.insert(std::stoul(number));
    std::erase_if(*options.faults, [&some](const fault& one) { return !some.contains(one.number); });
  }
  const auto began = steady::now();
  const auto outcome = simulate(options);
  const auto seconds = std::chrono::duration<double>(steady::now() - began).count();
  const auto n = [](std::uint64_t v) { return static_cast<unsigned long long>(v); };
  const auto& c = outcome.count;
  std::printf("seed %llu: %.2f days in %.2f s, %.0f simulated seconds/s, digest %016llx\n"
              "  %llu faults, %llu runs, %llu restarts, %llu messages, %llu pauses (%llu with the right cause),\n"
              "  %llu sleeps, %llu critical episodes, %llu rows, %llu checks\n",
              n(x.seed), pmactor::to_seconds(c.simulated) / 86'400, seconds,
              pmactor::to_seconds(c.simulated) / seconds, n(outcome.digest), n(c.faults), n(c.runs), n(c.restarts),
              n(c.messages), n(c.pauses), n(c.explained), n(c.sleeps), n(c.episodes), n(c.rows), n(c.checks));
  if (outcome.broken.empty()) {
    std::printf("  all promises kept\n");
    return 0;
  }
  if (!conf.only.empty() || conf.trace)
    std::printf("FAILED after %s: %s\n", pmactor::to_words(outcome.at).c_str(), outcome.what.c_str());
  else
    explain(x, conf.bug, outcome, conf.shrink);
  return 1;
}

/// Plants each bug in turn. @returns how many were not found, or found as something else, and how many
/// invariants nothing breaks.
int check_oracle(const settings& conf, nanoseconds length) {
  int missed = 0;
  std::set<std::string_view> broken;
  for (const auto& bug : known_bugs()) {
    if (!conf.bug.empty() && conf.bug != bug.name)
      continue;
    const auto is_expected = [&bug](const std::string& x) {
      return x.empty() || std::find(bug.breaks.begin(), bug.breaks.end(), x) != bug.breaks.end();
    };
    std::string found;
    std::uint64_t seed = conf.from;
    for (; seed < conf.from + conf.seeds && found != bug.breaks.front() && is_expected(found); ++seed)
      found = simulate(options_of({seed, length, {}, conf.without, conf.file}, std::string{bug.name})).broken;
    const bool right = found == bug.breaks.front();
    missed += right ? 0 : 1;
    if (right)
      broken.insert(bug.breaks.front());
    std::printf("%-28s %s\n", std::string{bug.name}.c_str(),
                is_expected(found) && !right
                  ? ("NOT FOUND in " + std::to_string(conf.seeds) + " seeds").c_str()
                  : ((right ? "found by seed " : "FOUND AS SOMETHING ELSE by seed ") + std::to_string(seed - 1)
                     + " as " + found)
                      .c_str());
    std::fflush(stdout);
  }
  for (const auto x : invariants)
    if (conf.bug.empty() && !broken.contains(x)) {
      ++missed;
      std::printf("%-28s IS BROKEN BY NO BUG\n", std::string{x}.c_str());
    }
  return missed;
}

} // namespace

int main(int argc, char** argv) {
  settings conf;
  CLI::App program{"Simulates the whole daemon in a world of trouble, and holds it to its promises."};
  program.add_option("--seed", conf.seed, "Run this seed alone, and say more of it");
  program.add_option("--seeds", conf.seeds, "How many seeds to run, or to look for a planted bug in")->capture_default_str();
  program.add_option("--from", conf.from, "The first of them")->capture_default_str();
  program.add_flag("--fresh", conf.fresh, "Begin with a seed that follows from the time of day");
  program.add_option("--days", conf.days, "Simulated days of each seed; an hour, if not given");
  program.add_option("--budget", conf.budget, "Begin no further seed after this many seconds");
  program.add_option("--kept", conf.kept, "First run the seeds of this file, which failed once");
  program.add_option("--bug", conf.bug, "Plant this bug");
  program.add_option("--only", conf.only, "Of the seed's faults, only those with these numbers: 3,7,9");
  program.add_option("--without", conf.without, "Leave out faults of these kinds: reload,actor-hangs");
  program.add_flag("--file", conf.file, "Have the production's database do the same in a file; else one seed in eight has it");
  program.add_option("--workers", conf.workers, "Processes at once; one a CPU, if not given")->check(CLI::Range(1, 64));
  program.add_flag("--trace", conf.trace, "Write all that happens to standard error");
  program.add_flag("!--no-shrink", conf.shrink, "Do not look for the faults that matter");
  program.add_flag("--check-oracle", conf.check_oracle, "Plant each known bug in turn, and see that it is found");
  CLI11_PARSE(program, argc, argv);
  const nanoseconds length{static_cast<std::int64_t>(conf.days * 86'400e9)};
  try {
    if (conf.check_oracle)
      return check_oracle(conf, length) == 0 ? 0 : 1;
    if (conf.seed != 0)
      return run_one(conf, length);
    if (conf.fresh)
      conf.from = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()) / 1000;
    std::vector<job> jobs;
    if (!conf.kept.empty())
      jobs = read_kept(conf.kept);
    const auto kept = jobs.size();
    for (std::uint64_t i = 0; i < conf.seeds; ++i)
      jobs.push_back({conf.from + i, length, {}, conf.without, conf.file});
    std::printf("%zu kept seeds, then up to %llu from %llu on, %s days each\n", kept,
                static_cast<unsigned long long>(conf.seeds), static_cast<unsigned long long>(conf.from),
                days_of(length).c_str());
    std::fflush(stdout);
    return crew{std::move(jobs), conf}.run() == 0 ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "simulate: %s\n", e.what());
    return 2;
  }
}
