#include "app/commands/commands.hpp"

#include "app/command_line/numbers.hpp"
#include "app/sampler/run_sampler.hpp"
#include "app/sampler/write_plist.hpp"
#include "app/views/terminal.hpp"
#include "app/views/write_sample_table.hpp"

#include <memory>
#include <unistd.h>

namespace pmactor {
namespace {

struct sample_options {
  std::int64_t interval_ms = 1000;
  std::uint64_t count = 0;
  std::string format = "plist";
  bool coalitions = false;
};

int sample(const sample_options& options) {
  sampler_policy policy;
  policy.interval = std::chrono::milliseconds{options.interval_ms};
  policy.count = options.count;
  if (options.format == "text") {
    const auto style = style_of(STDOUT_FILENO);
    const auto write = [&style](const sample_window& x, const host_facts& facts, std::string& out) {
      std::string table;
      write_sample_table(x, facts, table);
      out += spelled(std::move(table), style);
    };
    run_sampler(policy, write, "\n");
    return exit_fine;
  }
  const auto grouping = options.coalitions ? task_grouping::coalitions : task_grouping::none;
  const auto write = [grouping](const sample_window& x, const host_facts& facts, std::string& out) {
    write_plist(x, facts, grouping, out);
  };
  run_sampler(policy, write, std::string_view{"\0", 1});
  return exit_fine;
}

} // namespace

void add_sample(CLI::App& program, command& chosen) {
  auto options = std::make_shared<sample_options>();
  auto* verb = program.add_subcommand(
    "sample", "Write a powermetrics stream of this machine to standard output");
  verb->add_option("-i,--sample-rate", options->interval_ms, "Milliseconds between two samples.")
    ->type_name("MS")
    ->check(whole_number(1, 3'600'000))
    ->capture_default_str();
  verb->add_option("-n,--sample-count", options->count, "Samples to write; 0 for no end.")
    ->type_name("N")
    ->check(whole_number())
    ->capture_default_str();
  verb->add_option("-f,--format", options->format, "plist, for programs, or text, for people.")
    ->check(CLI::IsMember({"plist", "text"}))
    ->capture_default_str();
  verb->add_flag("--show-process-coalition", options->coalitions,
                 "Group the processes of a plist by their cgroup.");
  run_when_chosen(*verb, chosen, options, sample);
}

} // namespace pmactor
