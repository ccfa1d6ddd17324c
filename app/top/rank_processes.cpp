#include "app/top/rank_processes.hpp"

#include "messages/lowered.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace pmactor {
namespace {

std::optional<double> sum(const std::optional<double>& a, const std::optional<double>& b) {
  if (!a && !b)
    return std::nullopt;
  return a.value_or(0) + b.value_or(0);
}

/// @returns what comes first by the order, larger in front.
template <class T>
double weight(const T& x, const process_sample& values, top_order order) {
  switch (order) {
    case top_order::harm:
      return x.harm;
    case top_order::cpu:
      return values.cpu_pct.value_or(-1);
    case top_order::disk:
      return sum(values.io_read, values.io_write).value_or(-1);
    case top_order::memory:
      return values.mem_bytes.value_or(-1);
  }
  return 0;
}

} // namespace

bool passes(std::string_view text, std::string_view filter) {
  return std::search(text.begin(), text.end(), filter.begin(), filter.end(),
                     [](char a, char b) { return lowered(a) == lowered(b); })
           != text.end()
         || filter.empty();
}

void rank_harm(std::vector<top_process>& processes, const std::optional<sample_row>& sample) {
  double cpu = 0, io = 0;
  for (const auto& x : processes) {
    cpu += x.sample.cpu_pct.value_or(0);
    io += sum(x.sample.io_read, x.sample.io_write).value_or(0);
  }
  const auto waited_cpu = sample ? (*sample)[sample_column::psi_cpu_some].value_or(0) : 0;
  const auto waited_io = sample ? (*sample)[sample_column::psi_io_some].value_or(0) : 0;
  for (auto& x : processes) {
    x.harm = 0;
    if (cpu > 0)
      x.harm += waited_cpu * x.sample.cpu_pct.value_or(0) / cpu;
    if (io > 0)
      x.harm += waited_io * sum(x.sample.io_read, x.sample.io_write).value_or(0) / io;
  }
}

std::vector<top_process> chosen_processes(std::vector<top_process> processes, top_order order,
                                          std::string_view filter) {
  processes.erase(std::remove_if(processes.begin(), processes.end(),
                                 [filter](const top_process& x) {
                                   return !passes(x.sample.name, filter) && !passes(x.unit, filter)
                                          && !passes(std::to_string(x.sample.pid), filter);
                                 }),
                  processes.end());
  const auto rank = [order](const top_process& x) {
    return std::tuple{order == top_order::harm && x.is_suspected, weight(x, x.sample, order),
                      x.sample.cpu_pct.value_or(-1)};
  };
  std::stable_sort(processes.begin(), processes.end(),
                   [&rank](const auto& a, const auto& b) { return rank(a) > rank(b); });
  return processes;
}

std::vector<top_unit> chosen_units(const std::vector<top_process>& processes, top_order order,
                                   std::string_view filter) {
  std::map<std::string, top_unit> units;
  for (const auto& x : processes) {
    auto& unit = units[x.unit];
    unit.name = x.unit;
    ++unit.processes;
    unit.harm += x.harm;
    unit.cpu_pct = sum(unit.cpu_pct, x.sample.cpu_pct);
    unit.mem_bytes = sum(unit.mem_bytes, x.sample.mem_bytes);
    unit.io_read = sum(unit.io_read, x.sample.io_read);
    unit.io_write = sum(unit.io_write, x.sample.io_write);
  }
  std::vector<top_unit> result;
  for (auto& [name, unit] : units)
    if (passes(name, filter))
      result.push_back(std::move(unit));
  const auto rank = [order](const top_unit& x) {
    process_sample values;
    values.cpu_pct = x.cpu_pct;
    values.mem_bytes = x.mem_bytes;
    values.io_read = x.io_read;
    values.io_write = x.io_write;
    return std::tuple{weight(x, values, order), x.cpu_pct.value_or(-1)};
  };
  std::stable_sort(result.begin(), result.end(),
                   [&rank](const auto& a, const auto& b) { return rank(a) > rank(b); });
  return result;
}

} // namespace pmactor
