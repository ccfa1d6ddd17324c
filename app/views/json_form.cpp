#include "app/views/json_form.hpp"

#include "messages/time.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace pmactor {

using json = nlohmann::ordered_json;

json begin_json() {
  return {{"schema_version", json_schema_version}};
}

std::string iso_moment(double unix_seconds) {
  constexpr double year_10000 = 253'402'300'800;
  if (!(unix_seconds >= 0 && unix_seconds < year_10000))
    return {};
  // Rounded before it is split, or 59.9996 s would have 1000 ms.
  const auto milliseconds = std::llround(unix_seconds * 1000);
  const auto whole = static_cast<std::time_t>(milliseconds / 1000);
  std::tm parts{};
  std::array<char, 40> time{}, zone{};
  if (::localtime_r(&whole, &parts) == nullptr
      || std::strftime(time.data(), time.size(), "%Y-%m-%dT%H:%M:%S", &parts) == 0
      || std::strftime(zone.data(), zone.size(), "%z", &parts) != 5)
    return {};
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03d", static_cast<int>(milliseconds % 1000));
  std::string result = time.data();
  result += fraction.data();
  return result.append(zone.data(), 3).append(1, ':').append(zone.data() + 3);
}

void put_moment(json& object, const std::string& name, const std::optional<double>& unix_seconds) {
  auto text = unix_seconds ? iso_moment(*unix_seconds) : std::string{};
  object[name] = text.empty() ? json() : json(*unix_seconds);
  object[name + "_iso"] = text.empty() ? json() : json(std::move(text));
}

void put_moment(json& object, const std::string& name, const std::optional<std::chrono::nanoseconds>& wall) {
  put_moment(object, name, wall ? std::optional{to_seconds(*wall)} : std::nullopt);
}

std::string dumped(const json& document, bool indented) {
  constexpr bool ascii_only = true; // so that a terminal shows it unharmed too
  return document.dump(indented ? 2 : -1, ' ', ascii_only, json::error_handler_t::replace);
}

} // namespace pmactor
