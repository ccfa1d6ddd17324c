#include "actors/system_metrics/parse_counters.hpp"

#include "actors/host/parse_machine_stat.hpp"
#include "actors/host/parse_memory.hpp"
#include "actors/host/parse_pressure.hpp"

namespace pmactor {

void parse_cpu(std::string_view text, system_counters& out) {
  const auto stat = parse_machine_stat(text);
  if (stat.all)
    out.cpu = cpu_times{stat.all->busy(), stat.all->unused()};
  out.cores = stat.cpus.value_or(0);
  out.switches = stat.switches;
}

void parse_memory(std::string_view text, system_counters& out) {
  const auto x = parse_meminfo(text);
  const auto real = [](const std::optional<std::uint64_t>& bytes) {
    return bytes ? std::optional{static_cast<double>(*bytes)} : std::nullopt;
  };
  out.mem_total = real(x.total);
  out.mem_available = real(x.available);
  if (x.swap_total && x.swap_free && *x.swap_free <= *x.swap_total)
    out.swap_used = real(*x.swap_total - *x.swap_free);
  out.is_memory_contradictory = x.is_contradictory;
}

stall_times parse_stalls(std::string_view text) {
  const auto read = parse_pressure(text);
  const auto us = [](const std::optional<pressure_line>& line) {
    return line ? std::optional{static_cast<std::uint64_t>(line->total.count())} : std::nullopt;
  };
  return {us(read.some), us(read.full)};
}

} // namespace pmactor
