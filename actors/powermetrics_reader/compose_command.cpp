#include "actors/powermetrics_reader/compose_command.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

// Asked for one that the machine does not have, powermetrics does not start, so each kind has its list.
constexpr const char* samplers_everywhere = "tasks,battery,network,disk,interrupts,cpu_power,thermal,gpu_power";
constexpr const char* samplers_of_apple = ",ane_power";
constexpr const char* samplers_of_intel = ",gpu_agpm_stats,smc";

} // namespace

std::vector<std::string> powermetrics_command(const mac_facts& mac, std::chrono::nanoseconds interval,
                                              bool by_coalition) {
  std::vector<std::string> result;
  // -n: fail rather than prompt for a password that no user would see.
  if (!mac.is_root)
    result = {"/usr/bin/sudo", "-n"};
  const auto ms = std::max<std::int64_t>(1, std::chrono::round<std::chrono::milliseconds>(interval).count());
  std::string samplers = samplers_everywhere;
  samplers += mac.kind == mac_facts::processor::apple ? samplers_of_apple : samplers_of_intel;
  // -b 0: each document is written as soon as it is whole. Invalid values are marked rather than fatal.
  for (const auto* word : {"/usr/bin/powermetrics", "-f", "plist", "-b", "0", "--handle-invalid-values",
                           "--show-process-io"})
    result.emplace_back(word);
  if (by_coalition)
    result.emplace_back("--show-process-coalition");
  result.insert(result.end(), {"--samplers", samplers, "-i", std::to_string(ms)});
  return result;
}

std::optional<std::vector<std::string>> without_unknown_sampler(const std::vector<std::string>& command,
                                                                std::string_view line) {
  constexpr std::string_view complaint = "unrecognized sampler: ";
  const auto start = line.find(complaint);
  if (start == line.npos)
    return std::nullopt;
  auto name = line.substr(start + complaint.size());
  name = name.substr(0, name.find_first_of(" ,.;\"'"));
  if (name.empty())
    return std::nullopt;
  auto result = command;
  for (auto& argument : result) {
    // The list stands alone or after `--samplers=`; its names are parted by commas.
    const auto list = argument.rfind('=') == argument.npos ? 0 : argument.rfind('=') + 1;
    for (auto at = list; at <= argument.size();) {
      const auto end = std::min(argument.find(',', at), argument.size());
      if (std::string_view{argument}.substr(at, end - at) == name
          && (at > list || end < argument.size())) {
        argument.erase(at > list ? at - 1 : at, end - at + 1);
        return result;
      }
      at = end + 1;
    }
  }
  return std::nullopt;
}

std::vector<std::vector<std::string>> with_fallbacks(const std::vector<std::string>& command) {
  std::vector<std::vector<std::string>> result{command};
  const auto option = std::find(command.begin(), command.end(), "--samplers");
  if (option == command.end() || option + 1 == command.end())
    return result;
  std::string_view names = option[1];
  while (!names.empty()) {
    const auto end = std::min(names.find(','), names.size());
    const auto complaint = "unrecognized sampler: " + std::string{names.substr(0, end)};
    if (auto less = without_unknown_sampler(command, complaint))
      result.push_back(std::move(*less));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return result;
}

} // namespace pmactor
