#include "actors/storage_writer/trust_clock.hpp"

#include "messages/read_real.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace pmactor {
namespace {

constexpr double day = 86400;

std::optional<double> take_number(std::string_view& text) {
  double result = 0;
  const auto* last = text.data() + text.size();
  const auto [end, problem] = read_real(text.data(), last, result, std::chars_format::fixed);
  if (problem != std::errc{} || !std::isfinite(result))
    return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return result;
}

} // namespace

prune_clock trust_clock(const std::optional<prune_clock>& last, double wall) {
  if (!last || wall - last->trusted <= believed_leap)
    return {wall, wall};
  const auto passed = std::clamp(wall - last->seen, 0.0, day);
  return {wall, last->trusted + 2 * passed};
}

double disbelieved(const prune_clock& x) {
  return x.seen - x.trusted;
}

std::string to_text(const prune_clock& x) {
  return std::to_string(std::llround(x.seen)) + ' ' + std::to_string(std::llround(x.trusted));
}

std::optional<prune_clock> parse_prune_clock(std::string_view text) {
  const auto seen = take_number(text);
  if (!seen || text.empty() || text.front() != ' ')
    return std::nullopt;
  text.remove_prefix(1);
  const auto trusted = take_number(text);
  if (!trusted || !text.empty())
    return std::nullopt;
  return prune_clock{*seen, *trusted};
}

std::string to_string(const prune_clock& x) {
  return "prune_clock{" + to_text(x) + '}';
}

} // namespace pmactor
