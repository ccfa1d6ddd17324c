#include "app/settings/nearest_setting.hpp"

#include "app/command_line/nearest_word.hpp"
#include "app/settings/settings.hpp"
#include "messages/words.hpp"

#include <vector>

namespace pmactor {

std::string nearest_setting(const std::string& key) {
  const auto dot = key.rfind('.');
  const auto section = dot == std::string::npos ? std::string{} : key.substr(0, dot);
  const auto name = dot == std::string::npos ? key : key.substr(dot + 1);
  std::vector<std::string> names, sections;
  for (const auto& x : setting_sections())
    sections.push_back(x.name);
  const auto meant = section.empty() ? section : nearest_word(section, sections);
  if (find_setting(meant + '.' + name) != nullptr)
    return meant + '.' + name;
  for (const auto& x : all_settings()) {
    const auto last = x.key.rfind('.');
    // The right name in the wrong section, or in none.
    if (name == x.key.substr(last + 1))
      return x.key;
    if (section.empty() || x.key.substr(0, last) == meant)
      names.push_back(x.key.substr(last + 1));
  }
  const auto near = nearest_word(name, names);
  const auto near_section = section.empty() ? nearest_word(name, sections) : std::string{};
  if (!near_section.empty() && (near.empty() || letters_apart(name, near_section) <= letters_apart(name, near)))
    return near_section;
  for (const auto& x : all_settings())
    if (const auto last = x.key.rfind('.'); !near.empty() && x.key.substr(last + 1) == near
                                            && (section.empty() || x.key.substr(0, last) == meant))
      return x.key;
  return {};
}

std::string unknown_key_words(const std::string& key) {
  std::vector<std::string> inside;
  for (const auto& x : all_settings())
    if (x.key.starts_with(key + '.'))
      inside.push_back(x.key);
  if (!inside.empty())
    return "is a section; its keys are " + joined(inside) + '.';
  const auto near = nearest_setting(key);
  return "is no key that pmactor knows"
         + (near.empty() ? std::string{"; `pmactor config show` lists them."} : "; did you mean " + near + '?');
}

} // namespace pmactor
