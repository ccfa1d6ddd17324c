#include "app/commands/commands.hpp"

#include "app/doctor/gather_facts.hpp"
#include "app/views/escape.hpp"
#include "app/views/json_form.hpp"
#include "app/views/terminal.hpp"

#include <iostream>
#include <memory>
#include <unistd.h>

namespace pmactor {
namespace {

struct doctor_options {
  std::shared_ptr<place_flags> where;
  bool json = false;
};

void show(const std::vector<machine_limit>& limits, const text_style& style) {
  if (limits.empty())
    std::cout << "Nothing limits pmactor on this machine.\n";
  for (const auto& x : limits) {
    const auto colour = x.weight == limit_weight::blind ? paint::red
                        : x.weight == limit_weight::weak ? paint::yellow
                                                         : paint::plain;
    auto lead = painted(as_column(to_string(x.weight), 7), colour, style);
    for (const auto& line : wrapped(spelled(escaped_once(x.sentence), style), style.width - 7)) {
      std::cout << lead << line << '\n';
      lead = "       ";
    }
    if (!x.command.empty())
      std::cout << "         " << painted(spelled(escaped(x.command), style), paint::bold, style) << '\n';
  }
}

int doctor(const doctor_options& options) {
  const auto limits = find_limits(gather_facts(*options.where));
  if (options.json) {
    auto result = begin_json();
    result["limits"] = nlohmann::ordered_json::array();
    for (const auto& x : limits)
      result["limits"].push_back({{"weight", to_string(x.weight)},
                                  {"about", x.about},
                                  {"sentence", x.sentence},
                                  {"command", x.command.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(x.command)}});
    std::cout << dumped(result, true) << '\n';
  } else {
    show(limits, style_of(STDOUT_FILENO));
  }
  return !limits.empty() && limits.front().weight == limit_weight::blind ? exit_failed : exit_fine;
}

} // namespace

void add_doctor(CLI::App& program, command& chosen) {
  const auto options = std::make_shared<doctor_options>();
  auto* verb = program.add_subcommand("doctor", "Say what limits pmactor on this machine, and how to mend it");
  options->where = add_place_flags(*verb);
  verb->add_flag("--json", options->json, "Write JSON");
  verb->footer("What weighs most comes first: blind (nothing is found or kept), weak (less is found, or not who did it), "
               "minor. Exit codes: 0 it works, 1 it is blind.");
  run_when_chosen(*verb, chosen, options, doctor);
}

} // namespace pmactor
