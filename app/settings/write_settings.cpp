#include "app/views/escape.hpp"
#include "app/settings/setting_words.hpp"
#include "app/settings/settings.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace pmactor {
namespace {

std::string section_of(const std::string& key) {
  return key.substr(0, key.rfind('.'));
}

/// @returns the text as a TOML string that no terminal takes for an order.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : escaped(text)) {
    if (c == '"')
      result += '\\';
    result += c;
  }
  return result + '"';
}

/// Appends the text as comment lines of at most 100 columns.
void append_comment(std::string& out, const std::string& text) {
  std::string line = "#";
  std::size_t at = 0;
  while (at < text.size()) {
    const auto space = std::min(text.find(' ', at), text.size());
    if (line.size() + 1 + (space - at) > 100) {
      out += line + '\n';
      line = "#";
    }
    line += ' ' + text.substr(at, space - at);
    at = space + 1;
  }
  out += line + '\n';
}

} // namespace

std::string number_text(double x) {
  std::array<char, 32> room{};
  const auto size = std::abs(x);
  const auto form = size == 0 || (size > 1e-9 && size < 1e15) ? std::chars_format::fixed
                                                              : std::chars_format::general;
  const auto end = std::to_chars(room.data(), room.data() + room.size(), x, form).ptr;
  return {room.data(), end};
}

std::string range_of(const setting& x) {
  switch (x.kind) {
    case setting_kind::yes_no:
      return "true or false";
    case setting_kind::whole:
    case setting_kind::number: {
      const std::string lead =
        x.kind == setting_kind::whole ? "a whole number from " : "a number from ";
      return lead + number_text(x.least) + " to " + number_text(x.most)
             + (x.unit.empty() ? "" : ' ' + x.unit);
    }
    case setting_kind::word: {
      std::vector<std::string> words;
      for (const auto& word : x.words)
        words.push_back(quoted(word));
      return "one of " + joined(words);
    }
    case setting_kind::list:
      return "a list of at most " + number_text(x.most) + " texts, none of them empty";
    case setting_kind::text:
      return "a text of at most " + number_text(x.most) + " bytes";
  }
  return {};
}

std::string to_toml(const setting_value& value) {
  struct writer {
    std::string operator()(bool x) const {
      return x ? "true" : "false";
    }
    std::string operator()(double x) const {
      return number_text(x);
    }
    std::string operator()(const std::string& x) const {
      return quoted(x);
    }
    std::string operator()(const std::vector<std::string>& x) const {
      std::string result = "[";
      for (const auto& text : x)
        result += (result.size() > 1 ? ", " : "") + quoted(text);
      return result + ']';
    }
  };
  return std::visit(writer{}, value);
}

std::string to_toml_line(const std::string& name, const setting_value& value,
                         const std::string& lead) {
  const auto line = lead + name + " = " + to_toml(value);
  const auto* list = std::get_if<std::vector<std::string>>(&value);
  if (!list || line.size() <= 100)
    return line + '\n';
  auto result = lead + name + " = [\n";
  std::string row;
  for (const auto& text : *list) {
    const auto entry = quoted(text) + ',';
    if (!row.empty() && lead.size() + row.size() + entry.size() > 100) {
      result += lead + row + '\n';
      row.clear();
    }
    row += (row.empty() ? "  " : " ") + entry;
  }
  return result + lead + row + '\n' + lead + "]\n";
}

std::string default_settings_file() {
  std::string result =
    "# The settings of pmactor. Every key is here with its default, as a comment:\n"
    "# remove the `#` before one to change it. `pmactor config check` shows what "
    "is wrong.\n";
  const settings defaults;
  for (const auto& section : setting_sections()) {
    result += '\n';
    append_comment(result, section.about);
    result += '[' + section.name + "]\n";
    for (const auto& x : all_settings()) {
      if (section_of(x.key) != section.name)
        continue;
      result += '\n';
      append_comment(result, x.about + " Takes " + range_of(x) + '.');
      result += to_toml_line(x.key.substr(section.name.size() + 1), x.get(defaults), "#");
    }
  }
  return result;
}

} // namespace pmactor
