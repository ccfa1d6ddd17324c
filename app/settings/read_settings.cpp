#include "app/settings/read_settings.hpp"

#include "actors/host/owned_descriptor.hpp"
#include "app/settings/nearest_setting.hpp"
#include "app/views/escape.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace pmactor {
namespace {

/// A settings file is written by hand; what is larger is something else.
constexpr std::size_t largest_file = 1u << 20u;
/// What a person reads at once.
constexpr std::size_t most_problems = 50;

/// A problem and where it is.
struct problem {
  std::uint32_t line = 0;
  std::string sentence;
};

/// @returns the value in the terms of the settings; nothing for a table, a date, a mixed list.
std::optional<setting_value> value_of(const toml::node& node) {
  if (const auto* x = node.as_boolean())
    return x->get();
  if (const auto* x = node.as_integer())
    return static_cast<double>(x->get());
  if (const auto* x = node.as_floating_point())
    return x->get();
  if (const auto* x = node.as_string())
    return x->get();
  const auto* list = node.as_array();
  if (!list)
    return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& entry : *list) {
    const auto* text = entry.as_string();
    if (!text)
      return std::nullopt;
    texts.push_back(text->get());
  }
  return texts;
}

class reader {
public:
  settings values;
  std::vector<problem> problems;
  std::map<std::string, std::uint32_t> lines; ///< Of the keys that were set.

  void read(const toml::table& table, const std::string& prefix) {
    for (const auto& [name, node] : table) {
      const auto key = prefix + std::string{name.str()};
      const auto line = node.source().begin.line;
      if (const auto* entry = find_setting(key))
        take(*entry, node, line);
      else if (!is_section(key))
        complain(line, escaped(key.substr(0, 100)) + ' ' + unknown_key_words(key));
      else if (const auto* section = node.as_table())
        read(*section, key + '.');
      else
        complain(line,
                 key + " is a section: write [" + key + "] on a line of its own, its keys below.");
    }
  }

  void complain(std::uint32_t line, std::string sentence) {
    problems.push_back({line, std::move(sentence)});
  }

private:
  void take(const setting& entry, const toml::node& node, std::uint32_t line) {
    auto value = value_of(node);
    if (const auto* text = value ? std::get_if<std::string>(&*value) : nullptr)
      if (const auto span = span_for(entry, *text))
        value = *span;
    const auto wrong = entry.check(value);
    if (!wrong.empty())
      return complain(line, entry.key + ' ' + wrong);
    entry.set(values, *value);
    lines[entry.key] = line;
  }

  static bool is_section(const std::string& key) {
    const auto& all = setting_sections();
    return std::any_of(all.begin(), all.end(), [&](const auto& x) {
      return x.name == key || x.name.starts_with(key + '.'); // also one that holds sections only
    });
  }
};

settings_read failed(const std::string& sentence) {
  return {{}, {sentence}};
}

} // namespace

settings_read parse_settings(std::string_view text, const std::string& name) {
  const auto at = [&](std::uint32_t line) {
    return line == 0 ? name + ": " : name + ':' + std::to_string(line) + ": ";
  };
  reader r;
  try {
    r.read(toml::parse(text), {});
  } catch (const toml::parse_error& e) {
    return failed(at(e.source().begin.line) + "This is not TOML: " + escaped(e.description())
                  + '.');
  }
  if (r.problems.empty())
    for (const auto& x : find_conflicts(r.values)) // one of the two may be at its default
      r.complain(std::max(r.lines[x.key], r.lines[x.other]), x.key + ' ' + x.sentence);
  std::stable_sort(r.problems.begin(), r.problems.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  settings_read result;
  result.values = r.values;
  for (const auto& [key, line] : r.lines)
    if (line > 0)
      result.origins[key] = name + ':' + std::to_string(line);
  for (const auto& x : r.problems) {
    if (result.problems.size() == most_problems) {
      result.problems.push_back(at(0) + "There are "
                                + std::to_string(r.problems.size() - most_problems)
                                + " more problems in this file.");
      break;
    }
    result.problems.push_back(at(x.line) + x.sentence);
  }
  return result;
}

settings_read read_settings(const std::filesystem::path& file, bool must_exist) {
  const auto name = escaped(file.string());
  const owned_descriptor in{
    file.empty() ? -1 : ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  if (in.get() < 0) {
    if (file.empty() || ((errno == ENOENT || errno == ENOTDIR) && !must_exist))
      return {};
    return failed(name + ": The settings cannot be read: " + std::strerror(errno) + '.');
  }
  struct stat facts {};
  if (::fstat(in.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return failed(name + ": The settings cannot be read: this is not a regular file.");
  // The settings name a program to run.
  if ((facts.st_mode & S_IWOTH) != 0)
    return failed(name
                  + ": Everybody may write to this file, so its settings are not trusted; run "
                    "`chmod o-w` on it.");
  std::string text;
  std::array<char, 16384> room{};
  while (true) {
    const auto got = ::read(in.get(), room.data(), room.size());
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return failed(name + ": The settings cannot be read: " + std::strerror(errno) + '.');
    if (got == 0)
      break;
    text.append(room.data(), static_cast<std::size_t>(got));
    if (text.size() > largest_file)
      return failed(name + ": This file is over 1 MiB, so it holds something else than settings.");
  }
  return parse_settings(text, name);
}

} // namespace pmactor
