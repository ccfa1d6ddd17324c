// Decides which processes and units the live view lists, and in which order. Pure.
#pragma once

#include "app/top/top_page.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// Fills in how much harm each process does: its share of the CPU time times the time for which
/// others waited for a CPU, and the same for the disks; in percent of the time. Without pressure
/// figures (PSI) nothing is known to be harmed.
void rank_harm(std::vector<top_process>& processes, const std::optional<sample_row>& sample);

/// @returns those whose name, unit or number has the filter in it, the first of the order in front;
/// suspects of an event of that moment lead by harm.
std::vector<top_process> chosen_processes(std::vector<top_process> processes, top_order order,
                                          std::string_view filter);

/// All processes of a unit together.
struct top_unit {
  std::string name; ///< Empty: those whose unit is not known.
  std::size_t processes = 0;
  double harm = 0;
  std::optional<double> cpu_pct, mem_bytes, io_read, io_write;
};

std::vector<top_unit> chosen_units(const std::vector<top_process>& processes, top_order order,
                                   std::string_view filter);

/// @returns whether the text has the filter in it; capitals of ASCII do not matter.
bool passes(std::string_view text, std::string_view filter);

} // namespace pmactor
