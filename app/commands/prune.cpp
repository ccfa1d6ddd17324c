#include "app/commands/commands.hpp"

#include "actors/storage_writer/decide_retention.hpp"
#include "actors/storage_writer/edit_history_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"
#include "actors/storage_writer/trust_clock.hpp"
#include "app/command_line/confirmed.hpp"
#include "app/command_line/exit_codes.hpp"
#include "app/command_line/open_reader.hpp"
#include "app/command_line/parse_moment.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/command_line/usage_problem.hpp"
#include "app/settings/override_settings.hpp"
#include "app/views/escape.hpp"
#include "messages/words.hpp"

#include <chrono>
#include <cmath>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

struct prune_options {
  std::shared_ptr<place_flags> where;
  std::string older_than;
  bool dry_run = false, yes = false, json = false;
};

std::string in_words(std::size_t samples, std::size_t events) {
  return std::to_string(samples) + (samples == 1 ? " sample" : " samples") + " and "
         + std::to_string(events) + (events == 1 ? " event" : " events");
}

outcome prune(const prune_options& options) {
  const auto where = options.where->find();
  const auto read = read_layered_settings(*options.where);
  if (!read.problems.empty())
    return {exit_usage, read.problems.front(), {}};
  auto policy = read.values.storage;
  if (!options.older_than.empty()) {
    const auto age = parse_span(options.older_than);
    if (!age || *age <= 0ns)
      throw usage_problem("--older-than takes a span like 30d or 12h, not '" + options.older_than + "'.");
    policy.keep_samples = policy.keep_events = *age;
  }
  std::size_t samples = 0, events = 0;
  prune_order order;
  {
    auto reader = open_reader<history_reader>(where);
    const auto clock = trust_clock(parse_prune_clock(reader.recall(prune_clock_key).value_or("")),
                                   to_seconds(std::chrono::system_clock::now().time_since_epoch()));
    if (const auto ahead = disbelieved(clock); ahead > 0)
      std::cerr
        << "The clock is " << to_words(std::chrono::seconds{std::llround(ahead)})
        << " ahead of what the daemon has seen. In case it is wrong, the history is pruned as of "
        << iso_time(std::chrono::seconds{std::llround(clock.trusted)}) << ".\n";
    order = decide_retention(clock.trusted, policy);
    sample_range old;
    old.until = order.samples_before;
    samples = order.samples_before ? reader.count(old) : 0;
    events = order.events_before ? reader.count_events(order.events_before) : 0;
  }
  if (samples == 0 && events == 0)
    return {exit_fine, "Nothing is old enough to be removed.", {}};
  if (options.dry_run)
    return {exit_fine, "Would remove " + in_words(samples, events) + "; nothing was removed.", {}};
  if (!options.yes) {
    if (::isatty(STDIN_FILENO) == 0)
      return {exit_usage,
              "Would remove " + in_words(samples, events)
                + " for ever; say --yes to do it, or --dry-run to only look.",
              {}};
    if (!confirmed("Remove " + in_words(samples, events) + " for ever?"))
      return {exit_fine, "Nothing was removed.", {}};
  }
  history_editor history{where.database()};
  std::size_t removed_samples = 0, removed_events = 0;
  for (bool more = true; more;) {
    const auto begin = std::chrono::steady_clock::now();
    const auto done = history.prune(order);
    const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - begin;
    removed_samples += done.samples;
    removed_events += done.events;
    more = done.more;
    order.rows = size_batch(order.rows, took, policy);
    // As long again for the daemon, whose samples come first.
    if (more)
      std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(2 * took, policy.prune_pause));
  }
  return {exit_fine, "Removed " + in_words(removed_samples, removed_events) + '.', {}};
}

} // namespace

void add_prune(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<prune_options>();
  auto* verb = program.add_subcommand(
    "prune", "Remove what is older than the settings want it kept; pinned events stay");
  options->where = add_place_flags(*verb);
  verb
    ->add_option("--older-than", options->older_than,
                 "Samples and events older than this, e.g. 30d")
    ->type_name("SPAN");
  verb->add_flag("--dry-run", options->dry_run, "Only say what would be removed");
  verb->add_flag("-y,--yes", options->yes, "Do not ask");
  verb->add_flag("--json", options->json, "Write JSON");
  verb->callback([options, &chosen] {
    chosen = [options] {
      try {
        return report_outcome(prune(*options), options->json);
      } catch (const storage_problem& e) {
        return report_outcome({exit_failed, e.what(), {}}, options->json);
      }
    };
  });
}

} // namespace pmactor
