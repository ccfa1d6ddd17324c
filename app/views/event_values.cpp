#include "app/views/event_values.hpp"

#include "messages/answer_words.hpp"
#include "messages/words.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <ctime>

namespace pmactor {

using json = nlohmann::ordered_json;

json parsed(const std::string& text) {
  auto result = json::parse(text, nullptr, false);
  return result.is_discarded() ? json{} : result;
}

std::string text_at(const json& object, const char* key) {
  if (!object.is_object())
    return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<double> number_at(const json& object, const char* key) {
  if (!object.is_object())
    return std::nullopt;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number())
    return std::nullopt;
  const auto x = found->get<double>();
  return std::isfinite(x) ? std::optional{x} : std::nullopt;
}

json list_at(const json& object, const char* key) {
  if (!object.is_object())
    return json::array();
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? *found : json::array();
}

std::string span_words(std::optional<double> seconds) {
  if (!seconds || !(*seconds >= 0) || *seconds > 1e9)
    return "unknown";
  return spelled(std::chrono::nanoseconds{std::llround(*seconds * 1e9)});
}

std::string moment_words(std::optional<double> when, const char* format) {
  if (!when || !(std::abs(*when) < 1e11))
    return "unknown";
  const auto whole = static_cast<std::time_t>(std::floor(*when));
  std::tm broken{};
  std::array<char, 96> text{};
  if (::localtime_r(&whole, &broken) == nullptr
      || std::strftime(text.data(), text.size(), format, &broken) == 0)
    return "unknown";
  return text.data();
}

confidence confidence_of(const event_row& x) {
  return x.confidence == "high"     ? confidence::high
         : x.confidence == "medium" ? confidence::medium
                                    : confidence::low;
}

bool are_accused(const event_row& x) {
  return x.kind == "critical"
         || (x.kind != "outage" && x.kind != "sleep"
             && x.cause != to_string(pause_cause::unexplained));
}

std::string main_suspect(const event_row& x) {
  const auto culprits = parsed(x.culprits);
  return are_accused(x) && culprits.is_array() && !culprits.empty()
           ? text_at(culprits.front(), "name")
           : "";
}

std::string listed_at(const json& object, const char* key) {
  std::string result;
  for (const auto& x : list_at(object, key))
    if (x.is_string())
      result += (result.empty() ? "" : ", ") + x.get<std::string>();
  return result;
}

std::string stall_in_words(const event_row& x) {
  const auto stall = parsed(x.stall);
  const auto resource = stall_resource_from(text_at(stall, "resource"));
  if (!resource)
    return "unknown";
  const auto verb = answer_words(*resource, stall_lasts(x) ? answer_tense::present : answer_tense::past);
  return in_words(*resource, text_at(stall, "name")) + ' ' + std::string{verb};
}

std::string length_in_words(const event_row& x) {
  return x.kind == "critical" && stall_lasts(x) ? "lasts" : span_words(x.duration);
}

std::string length_so_far(const event_row& x, std::optional<double> now) {
  if (!stall_lasts(x))
    return span_words(x.duration);
  // A critical episode is stored without a length when it begins; others report how far they have got.
  if (x.duration.value_or(0) > 0)
    return span_words(x.duration) + " so far";
  return now && x.started && *now >= *x.started ? span_words(*now - *x.started) + " so far" : "no end of it is recorded yet";
}

bool stall_lasts(const event_row& x) {
  if (x.kind == "critical") // it is stored as it begins, and its length once it is over
    return x.duration == 0.0 && x.ended == x.started;
  for (const auto* text : {&x.stall, &x.facts}) {
    const auto object = parsed(*text);
    const auto over = object.is_object() ? object.find("over") : object.end();
    if (over != object.end() && *over == false)
      return true;
  }
  return false;
}

std::string when_captured(const event_row& x, const json& artifact) {
  const auto at = number_at(artifact, "at");
  if (!at)
    return {};
  if (stall_lasts(x) || (x.ended && *at + number_at(artifact, "took").value_or(0) <= *x.ended))
    return "during";
  if (!x.ended)
    return {};
  return *at < *x.ended ? "during and after" : "after";
}

std::string parts_in_words(const event_parts& x) {
  if (x.count == 0)
    return {};
  const std::string front = "pmactor's own beat paused as well: ";
  return front
         + (x.count == 1 ? "once, for " + span_words(x.total)
                         : std::to_string(x.count) + " times, " + span_words(x.total) + " in all, the longest "
                             + span_words(x.longest));
}

std::string waiting_in_words(const event_row& x) {
  std::string result;
  constexpr std::size_t most = 4;
  const auto all = list_at(parsed(x.stall), "waiting");
  for (std::size_t i = 0; i < all.size() && i < most; ++i) {
    const auto pid = number_at(all[i], "pid");
    const auto function = text_at(all[i], "waits_in");
    result += (result.empty() ? "" : ", ") + text_at(all[i], "name")
              + (pid ? " (" + std::to_string(std::llround(*pid)) + ')' : "")
              + (function.empty() ? "" : " in " + function);
  }
  return all.size() > most ? result + " and " + std::to_string(all.size() - most) + " more" : result;
}

} // namespace pmactor
