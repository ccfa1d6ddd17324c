#include "actors/forensics_supervisor/collect_evidence.hpp"
#include "app/command_line/parse_moment.hpp"
#include "app/export/host_labels.hpp"
#include "app/settings/setting_words.hpp"
#include "app/settings/settings.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace pmactor {
namespace {

/// Bounds of texts that a user writes into a list.
constexpr std::size_t longest_text = 4096;

bool is_fine(const setting& x, const setting_value& value) {
  switch (x.kind) {
    case setting_kind::yes_no:
      return std::holds_alternative<bool>(value);
    case setting_kind::whole:
    case setting_kind::number: {
      const auto* number = std::get_if<double>(&value);
      return number && *number >= x.least && *number <= x.most
             && (x.kind == setting_kind::number || *number == std::floor(*number));
    }
    case setting_kind::word: {
      const auto* word = std::get_if<std::string>(&value);
      return word && std::find(x.words.begin(), x.words.end(), *word) != x.words.end();
    }
    case setting_kind::list: {
      const auto* list = std::get_if<std::vector<std::string>>(&value);
      return list && static_cast<double>(list->size()) <= x.most
             && std::all_of(list->begin(), list->end(), [](const std::string& text) {
                  return !text.empty() && text.size() <= longest_text
                         && text.find('\0') == std::string::npos;
                });
    }
    case setting_kind::text: {
      const auto* text = std::get_if<std::string>(&value);
      return text && static_cast<double>(text->size()) <= x.most
             && std::none_of(text->begin(), text->end(), [](char c) {
                  return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
                });
    }
  }
  return false;
}

/// @returns what is wrong with the headers of a request, as the end of a sentence; empty if nothing is.
std::string check_headers(const std::vector<std::string>& headers) {
  for (const auto& x : headers) {
    const auto colon = x.find(':');
    const bool is_header = colon != std::string::npos && colon > 0
                           && x.find_first_of(" \t") > colon && x.find_first_of("\r\n") == std::string::npos;
    if (!is_header) // what it holds may be a secret
      return "holds an entry that is no header; write \"Name: value\".";
  }
  return {};
}

} // namespace

const setting* find_setting(const std::string& key) {
  for (const auto& x : all_settings())
    if (x.key == key)
      return &x;
  return nullptr;
}

std::optional<double> span_for(const setting& x, std::string_view text) {
  const double unit = x.unit == "seconds" ? 1 : x.unit == "days" ? 86400 : 0;
  const bool has_unit = std::any_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  const auto span = unit > 0 && has_unit ? parse_span(text) : std::nullopt;
  return span ? std::optional{std::chrono::duration<double>(*span).count() / unit} : std::nullopt;
}

std::string setting::check(const std::optional<setting_value>& value) const {
  if (!value)
    return "must be " + range_of(*this) + '.';
  if (is_fine(*this, *value))
    return {};
  const auto text = to_toml(*value);
  return "is " + (text.size() <= 100 ? text : "something long") + ", but must be " + range_of(*this)
         + '.';
}

std::vector<setting_conflict> find_conflicts(const settings& x) {
  std::vector<setting_conflict> result;
  const auto at_least = [&](const char* greater, const char* lesser) {
    const auto value = [&](const char* key) { return std::get<double>(find_setting(key)->get(x)); };
    if (value(greater) < value(lesser))
      result.push_back({greater, lesser,
                        "is " + number_text(value(greater)) + ", but must be at least " + lesser
                          + ", which is " + number_text(value(lesser)) + '.'});
  };
  at_least("sampling.normal_interval", "sampling.elevated_interval");
  at_least("sampling.elevation_threshold", "sampling.calm_threshold");
  at_least("sampling.critical_threshold", "sampling.elevation_threshold");
  at_least("sampling.critical_threshold", "sampling.relief_threshold");
  at_least("supervision.backoff_max", "supervision.backoff_first");
  const auto& artifacts = x.forensics.artifacts;
  if (auto sentence = check_skip(artifacts, host_platform()); !sentence.empty())
    result.push_back({"forensics.skip", "forensics.skip", std::move(sentence)});
  if (auto sentence = check_timeouts(artifacts, host_platform()); !sentence.empty())
    result.push_back({"forensics.timeouts", "forensics.timeouts", std::move(sentence)});
  if (auto sentence = check_host_labels(x.exporter.labels); !sentence.empty())
    result.push_back({"host.labels", "host.labels", std::move(sentence)});
  for (const auto& [key, url] : {std::pair{"export.otlp.endpoint", &x.exporter.otlp.endpoint},
                                 {"notifications.webhook.url", &x.notifications.how.webhook.url}})
    if (!url->empty() && !url->starts_with("http://") && !url->starts_with("https://"))
      result.push_back({key, key, "is " + to_toml(*url) + ", but must begin with http:// or https://."});
  for (const auto& [key, headers] : {std::pair{"export.otlp.headers", &x.exporter.otlp.headers},
                                     {"notifications.webhook.headers", &x.notifications.how.webhook.headers}})
    if (auto sentence = check_headers(*headers); !sentence.empty())
      result.push_back({key, key, std::move(sentence)});
  if (const auto& file = x.exporter.textfile; !file.empty() && (!file.starts_with('/') || !file.ends_with(".prom")))
    result.push_back({"metrics.textfile", "metrics.textfile",
                      "is " + to_toml(file) + ", but must be an absolute path that ends in .prom."});
  return result;
}

} // namespace pmactor
