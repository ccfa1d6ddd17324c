#include "actors/witness_keeper/parse_syscall.hpp"

#include "actors/host/parse_numbers.hpp"

#include <charconv>

namespace pmactor {

std::optional<kernel_call> parse_syscall(std::string_view text) {
  kernel_call result;
  if (!take_number(text, result.number))
    return std::nullopt;
  auto argument = take_word(text);
  if (!argument.starts_with("0x"))
    return std::nullopt;
  argument.remove_prefix(2);
  const auto* end = argument.data() + argument.size();
  const auto read = std::from_chars(argument.data(), end, result.argument, 16);
  if (read.ec != std::errc{} || read.ptr != end)
    return std::nullopt;
  return result;
}

} // namespace pmactor
