#include "actors/host/parse_numbers.hpp"
#include "actors/kernel_log/program_log.hpp"

namespace pmactor {

std::optional<program_line> parse_journal_line(std::string_view line) {
  std::uint64_t seconds = 0, micros = 0;
  constexpr std::uint64_t latest = 100'000'000'000; // some thousand years
  if (!take_number(line, seconds) || seconds > latest || line.empty() || line.front() != '.')
    return std::nullopt;
  line.remove_prefix(1);
  if (!take_number(line, micros) || micros > 999'999)
    return std::nullopt;
  take_word(line); // the host
  while (!line.empty() && line.front() == ' ')
    line.remove_prefix(1);
  if (line.empty())
    return std::nullopt;
  constexpr std::string_view kernel = "kernel: ";
  const bool is_kernel = line.starts_with(kernel);
  if (is_kernel)
    line.remove_prefix(kernel.size());
  constexpr std::size_t longest = 1024;
  return program_line{std::chrono::seconds{seconds} + std::chrono::microseconds{micros},
                      std::string{line.substr(0, longest)}, is_kernel};
}

} // namespace pmactor
