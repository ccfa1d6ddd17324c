#include "app/settings/override_settings.hpp"

#include "app/settings/nearest_setting.hpp"
#include "messages/read_real.hpp"
#include "messages/trimmed.hpp"

#include "app/command_line/nearest_word.hpp"
#include "app/instance/readiness.hpp"
#include "app/settings/job_switches.hpp"
#include "app/views/escape.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace pmactor {
namespace {

/// @returns the list that a settings file would have so: `["a", "b, c"]`.
std::optional<setting_value> list_of_toml(std::string_view text) {
  std::vector<std::string> result;
  try {
    const auto table = toml::parse("list = " + std::string{text});
    const auto* list = table["list"].as_array();
    if (list == nullptr || table.size() != 1)
      return std::nullopt;
    for (const auto& x : *list) {
      const auto one = x.value_exact<std::string>();
      if (!one)
        return std::nullopt;
      result.push_back(*one);
    }
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
  return result;
}

std::optional<setting_value> number_from(std::string_view text) {
  double result = 0;
  const auto* last = text.data() + text.size();
  const auto [end, problem] = read_real(text.data(), last, result);
  if (problem != std::errc{} || end != last || !std::isfinite(result))
    return std::nullopt;
  return result;
}

} // namespace

std::string variable_of(const std::string& key) {
  std::string result = "PMACTOR_";
  for (const char c : key)
    result += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return result;
}

std::vector<setting_override> overrides_of_environment(
  const std::function<std::string(const std::string& name)>& variable) {
  std::vector<setting_override> result;
  for (const auto& x : all_settings()) {
    const auto name = variable_of(x.key);
    if (auto text = variable(name); !text.empty())
      result.push_back({x.key, std::move(text), "the environment (" + name + ')'});
  }
  return result;
}

unknown_variables find_unknown_variables(const std::vector<std::string>& names) {
  unknown_variables result;
  static constexpr std::string_view lead = "PMACTOR_";
  const auto has = [&names](const char* name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  // The daemon's own command for a notice, which has its facts as variables.
  if (has("PMACTOR_KIND") && has("PMACTOR_MESSAGE"))
    return result;
  std::vector<std::string> known;
  for (const auto& x : all_settings())
    known.push_back(variable_of(x.key).substr(lead.size()));
  for (const auto& name : names) {
    if (!name.starts_with(lead) || name == ready_variable)
      continue;
    const auto rest = name.substr(lead.size());
    if (std::find(known.begin(), known.end(), rest) != known.end())
      continue;
    const auto sentence = "the environment: " + escaped(name.substr(0, 100)) + " is no variable that pmactor knows";
    const auto near = nearest_word(rest, known);
    const bool is_of_section = std::any_of(setting_sections().begin(), setting_sections().end(), [&rest](const auto& x) {
      return rest.starts_with(variable_of(x.name).substr(lead.size()) + '_');
    });
    if (!near.empty())
      result.problems.push_back(sentence + "; did you mean " + std::string{lead} + near + '?');
    else if (is_of_section)
      result.problems.push_back(sentence + "; `pmactor config show` lists the settings.");
    else
      result.warnings.push_back(sentence + '.');
  }
  return result;
}

std::optional<setting_override> override_of_flag(std::string_view assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos)
    return std::nullopt;
  return setting_override{std::string{trimmed(assignment.substr(0, equals))},
                          std::string{assignment.substr(equals + 1)}, "the command line"};
}

std::optional<setting_value> value_from_text(setting_kind kind, std::string_view text) {
  text = trimmed(text);
  switch (kind) {
    case setting_kind::yes_no:
      if (text == "true" || text == "yes" || text == "1")
        return true;
      if (text == "false" || text == "no" || text == "0")
        return false;
      return std::nullopt;
    case setting_kind::whole:
    case setting_kind::number:
      return number_from(text);
    case setting_kind::word:
    case setting_kind::text:
      return std::string{text};
    case setting_kind::list: {
      if (text.starts_with('['))
        return list_of_toml(text);
      std::vector<std::string> result;
      while (!text.empty()) {
        const auto comma = text.find(',');
        result.emplace_back(trimmed(text.substr(0, comma)));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
      }
      return result;
    }
  }
  return std::nullopt;
}

std::optional<setting_value> value_from_text(const setting& x, std::string_view text) {
  if (const auto span = span_for(x, text))
    return *span;
  return value_from_text(x.kind, text);
}

void override_settings(settings_read& read, const std::vector<setting_override>& overrides) {
  const auto sound_so_far = read.problems.empty();
  for (const auto& x : overrides) {
    const auto* entry = find_setting(x.key);
    if (entry == nullptr) {
      read.problems.push_back(x.origin + ": " + escaped(x.key.substr(0, 100)) + ' ' + unknown_key_words(x.key));
      continue;
    }
    const auto value = value_from_text(*entry, x.text);
    if (const auto wrong = entry->check(value); !wrong.empty()) {
      read.problems.push_back(x.origin + ": " + x.key + ' ' + wrong);
      continue;
    }
    entry->set(read.values, *value);
    read.origins[x.key] = x.origin;
  }
  if (sound_so_far && read.problems.empty() && !overrides.empty())
    for (const auto& x : find_conflicts(read.values))
      read.problems.push_back(x.key + ' ' + x.sentence);
}

settings_read read_layered_settings(const place_flags& flags, bool passing) {
  const auto where = flags.find();
  auto result = read_settings(where.settings, where.settings_named);
  auto overrides = overrides_of_environment(look_around().variable);
  const auto unknown = find_unknown_variables(variables_like("PMACTOR_"));
  result.problems.insert(result.problems.end(), unknown.problems.begin(), unknown.problems.end());
  result.warnings = unknown.warnings;
  for (const auto& x : flags.set)
    if (auto found = override_of_flag(x))
      overrides.push_back(std::move(*found));
    else
      result.problems.push_back("the command line: --set takes KEY=VALUE, not '" + escaped(x) + "'.");
  for (const auto scope : {switch_scope::kept, switch_scope::passing}) {
    if (scope == switch_scope::passing && !passing)
      continue;
    const auto switches = read_switches(switch_file(where, scope));
    result.problems.insert(result.problems.end(), switches.problems.begin(), switches.problems.end());
    const auto more = overrides_of_switches(switches, scope);
    overrides.insert(overrides.end(), more.begin(), more.end());
  }
  override_settings(result, overrides);
  return result;
}

} // namespace pmactor
