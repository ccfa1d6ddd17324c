#include "app/command_line/numbers.hpp"

#include "messages/read_real.hpp"
#include "messages/words.hpp"

#include <charconv>
#include <string>

namespace pmactor {
namespace {

/// @param range "from 1 to 5"; empty where nothing is worth saying.
CLI::Validator number_check(const std::string& kind, const std::string& range,
                            const std::function<bool(const std::string&)>& is_in) {
  return CLI::Validator{[=](std::string& text) {
                          return is_in(text) ? std::string{}
                                             : "'" + text + "' is no " + kind + ' ' + (range.empty() ? "from 0 on" : range);
                        },
                        range};
}

} // namespace

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  constexpr std::uint64_t too_large_to_mention = 1'000'000'000'000;
  const auto range = most > too_large_to_mention
                       ? (least == 0 ? std::string{} : "from " + std::to_string(least) + " on")
                       : "from " + std::to_string(least) + " to " + std::to_string(most);
  return number_check("whole number", range, [least, most](const std::string& text) {
    std::uint64_t value = 0;
    const auto* last = text.data() + text.size();
    const auto [end, problem] = std::from_chars(text.data(), last, value);
    return problem == std::errc{} && end == last && value >= least && value <= most;
  });
}

CLI::Option* add_count_option(CLI::App& verb, const std::string& names, std::size_t& count, const std::string& what) {
  const CLI::Validator all{[](std::string& text) {
                             if (text == "all")
                               text = std::to_string(no_limit);
                             return std::string{};
                           },
                           ""};
  return verb.add_option(names, count, what + "; 0 for none, all for all")
    ->type_name("N")
    ->transform(all)
    ->check(whole_number())
    ->capture_default_str();
}

CLI::Option* add_watch_option(CLI::App& verb, std::optional<std::chrono::nanoseconds>& period) {
  // Without a number there is an empty text, which a number would be read from as 0.
  const auto take = [&period](const std::string& text) {
    const std::chrono::duration<double> seconds{text.empty() ? 1 : std::stod(text)};
    period = std::chrono::round<std::chrono::nanoseconds>(seconds);
  };
  return verb.add_option_function<std::string>("--watch", take, "Show it anew each second, or at this interval")
    ->type_name("[SECONDS]")
    ->expected(0, 1)
    ->check(real_number(0.1, 86400));
}

CLI::Validator real_number(double least, double most) {
  return number_check("number", printed("from %g to %g", least, most), [least, most](const std::string& text) {
    double value = 0;
    const auto* last = text.data() + text.size();
    const auto [end, problem] = read_real(text.data(), last, value);
    return problem == std::errc{} && end == last && value >= least && value <= most;
  });
}

} // namespace pmactor
