#include "app/commands/commands.hpp"

#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/command_line/open_reader.hpp"
#include "app/instance/write_file.hpp"
#include "app/settings/override_settings.hpp"
#include "app/settings/suggest_thresholds.hpp"
#include "app/views/escape.hpp"
#include "app/views/json_form.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <utility>

namespace pmactor {
namespace {

struct calibrate_options {
  std::shared_ptr<place_flags> where;
  bool write = false, json = false;
};

/// The keys of the settings, with their values.
std::array<std::pair<const char*, double>, 4> keys_of(const thresholds& x) {
  return {{{"sampling.elevation_threshold", x.elevation},
           {"sampling.calm_threshold", x.calm},
           {"sampling.critical_threshold", x.critical},
           {"sampling.relief_threshold", x.relief}}};
}

stress_histogram stress_of_month(history_reader& history) {
  stress_histogram result;
  sample_range range;
  range.newest_first = false;
  range.since =
    to_seconds(std::chrono::system_clock::now().time_since_epoch() - std::chrono::days{30});
  std::optional<double> last;
  history.samples(range, [&](const sample_row& row) {
    const auto time = row[sample_column::timestamp], stress = row[sample_column::stress_total];
    if (!time || !stress)
      return true;
    // While all is calm one second in a few is stored, and stands for them all; of a longer gap, in
    // which the daemon did not run, nothing is known.
    constexpr double longest = 10;
    result.add(*stress, last && *time > *last ? std::min(*time - *last, longest) : 1);
    last = time;
    return true;
  });
  return result;
}

int write_settings(const std::filesystem::path& file, const thresholds& values) {
  std::string text;
  {
    std::ifstream in{file, std::ios::binary};
    text.assign(std::istreambuf_iterator<char>{in}, {});
  }
  for (const auto& [key, value] : keys_of(values))
    text = with_setting(std::move(text), key, to_toml(value));
  if (const auto read = parse_settings(text, file.string()); !read.problems.empty()) {
    std::cerr << "pmactor calibrate: the settings would not be sound, so nothing was written: "
              << read.problems.front() << '\n';
    return exit_failed;
  }
  write_file(file, text, 0600);
  std::cout << "wrote " << escaped(file.string())
            << "\nA daemon that runs takes them up by `pmactor reload`.\n";
  return exit_fine;
}

int suggest(const calibrate_options& options) {
  const auto where = options.where->find();
  const auto read = read_layered_settings(*options.where);
  if (!read.problems.empty()) {
    std::cerr << "pmactor calibrate: " << read.problems.front() << '\n';
    return exit_usage;
  }
  const auto& policy = read.values.sampling;
  const thresholds now{policy.elevate_at, policy.calm_below, policy.critical_at,
                       policy.relieved_below};
  auto history = open_reader<history_reader>(where);
  const auto found =
    suggest_thresholds(stress_of_month(history), history.stress_before_pauses(), now);
  if (options.json) {
    auto result = begin_json();
    result.update({{"reasons", found.reasons}, {"suggested", nullptr}});
    if (found.values)
      for (const auto& [key, value] : keys_of(*found.values))
        result["suggested"][key] = value;
    std::cout << dumped(result, true) << '\n';
  } else {
    for (const auto& x : found.reasons)
      std::cout << x << '\n';
    if (found.values) {
      std::cout << "\nSuggested:\n  [sampling]\n";
      for (const auto& [key, value] : keys_of(*found.values))
        std::cout << "  " << std::string_view{key}.substr(9) << " = " << to_toml(value) << '\n';
    }
  }
  if (!found.values)
    return exit_failed;
  if (options.write)
    return write_settings(where.settings, *found.values);
  return exit_fine;
}

} // namespace

void add_calibrate(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<calibrate_options>();
  auto* verb = program.add_subcommand(
    "calibrate", "Suggest thresholds from what this machine has shown, and say why");
  options->where = add_place_flags(*verb);
  verb->add_flag("--write", options->write, "Write them into the settings file");
  verb->add_flag("--json", options->json, "Write JSON")->excludes("--write");
  run_when_chosen(*verb, chosen, options, suggest);
}

} // namespace pmactor
