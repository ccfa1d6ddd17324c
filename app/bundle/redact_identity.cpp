#include "app/bundle/redact_identity.hpp"

#include "messages/lowered.hpp"
#include "messages/redact_secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace pmactor {
namespace {

bool is_alnum(char c) {
  // Letters beyond ASCII are parts of names as well.
  return std::isalnum(static_cast<unsigned char>(c)) != 0
         || (static_cast<unsigned char>(c) & 0x80) != 0;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}
bool is_of_host(char c) {
  return is_alnum(c) || c == '.' || c == '-';
}
bool begins_with(std::string_view text, std::string_view begin, bool any_case) {
  return text.size() >= begin.size()
         && std::equal(begin.begin(), begin.end(), text.begin(), [any_case](char a, char b) {
              return any_case ? lowered(a) == lowered(b) : a == b;
            });
}

template <class Predicate>
std::size_t run_of(std::string_view text, std::size_t at, Predicate is_part) {
  auto end = at;
  while (end < text.size() && is_part(text[end]))
    ++end;
  return end - at;
}

/// @returns the length of an IPv4 address at the front; 0 if there is none.
std::size_t ipv4_at(std::string_view text) {
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at >= text.size() || text[at++] != '.'))
      return 0;
    const auto digits = run_of(text, at, is_digit);
    if (digits == 0 || digits > 3 || std::stoi(std::string{text.substr(at, digits)}) > 255)
      return 0;
    at += digits;
  }
  if (at < text.size()
      && (is_alnum(text[at])
          || (text[at] == '.' && at + 1 < text.size() && is_digit(text[at + 1]))))
    return 0;
  return at;
}

/// @returns the length of an IPv6 or a hardware address at the front; 0 if there is none. A time of
/// the day is none.
std::size_t colon_address_at(std::string_view text) {
  std::size_t at = 0, groups = 0, longest = 0, shortest = 9;
  bool gap = false;
  while (at < text.size()) {
    const auto digits = run_of(text, at, is_hex);
    if (digits > 4)
      return 0;
    if (digits > 0) {
      ++groups;
      longest = std::max(longest, digits);
      shortest = std::min(shortest, digits);
      at += digits;
    }
    if (at >= text.size() || text[at] != ':')
      break;
    if (text.substr(at).starts_with("::")) {
      if (gap)
        return 0;
      gap = true;
      at += 2;
    } else {
      if (digits == 0 || at + 1 >= text.size() || !is_hex(text[at + 1]))
        break;
      ++at;
    }
  }
  if (at < text.size() && is_alnum(text[at]))
    return 0;
  const bool is_hardware = groups == 6 && longest == 2 && shortest == 2 && !gap;
  // "a::b" is rather a name of some program's.
  const bool is_ipv6 =
    (groups == 8 && !gap) || (gap && groups >= 2 && groups < 8 && (longest >= 3 || groups >= 4));
  return is_hardware || is_ipv6 ? at : 0;
}

/// @returns the length of a long number in hexadecimal, or one with dashes as UUIDs have them; 0 if
/// there is none.
std::size_t long_id_at(std::string_view text) {
  const auto size = run_of(text, 0, [](char c) { return is_hex(c) || c == '-'; });
  const auto run = text.substr(0, size);
  const auto digits = static_cast<std::size_t>(std::count_if(run.begin(), run.end(), is_hex));
  const bool ends = size == text.size() || !is_alnum(text[size]);
  const bool is_uuid = size == 36 && digits == 32;
  return ends && (is_uuid || (digits == size && digits >= 32)) ? size : 0;
}

/// Folders whose next part is a person's name, and all below that person's own.
constexpr std::array<std::string_view, 8> homes_of_people{
  "/home/",  "/Users/",     "/var/home/", "/export/home/",
  "/media/", "/run/media/", "/usr/home/", "/Volumes/"};

/// @returns the length of the path of a home at the front, without what is below it; 0 if there is
/// none.
std::size_t home_at(std::string_view text, const std::vector<std::string>& known) {
  const auto ends_at = [text](std::size_t at) {
    return at == text.size() || !is_of_host(text[at]);
  };
  for (const auto& home : known)
    if (home.size() > 1 && text.starts_with(home) && ends_at(home.size()))
      return home.size();
  for (const auto begin : homes_of_people)
    if (text.starts_with(begin) && text.size() > begin.size() && text[begin.size()] != '/')
      if (const auto name = text.substr(begin.size()).find_first_of("/ \t\n\"':,;)"); name != 0)
        return begin.size() + std::min(name, text.size() - begin.size());
  return text.starts_with("/root") && ends_at(5) ? 5 : 0;
}

bool is_of_this_machine(std::string_view name) {
  static constexpr std::array<std::string_view, 8> those{
    "localhost", "127.0.0.1", "0.0.0.0", "255.255.255.255", "localhost.localdomain",
    "[",         "::1",       "::"};
  return std::find(those.begin(), those.end(), lowered(name)) != those.end()
         || name.starts_with("127.");
}

/// Whether a word with dots is more likely the name of a host than that of a file.
bool is_host_name(std::string_view word) {
  static constexpr std::array<std::string_view, 38> ends{
    "com",  "net",     "org",      "edu",      "gov",  "mil",  "info",        "biz",
    "lan",  "local",   "internal", "intranet", "corp", "home", "localdomain", "example",
    "test", "invalid", "arpa",     "de",       "uk",   "fr",   "eu",          "nl",
    "ch",   "at",      "jp",       "cn",       "au",   "se",   "fi",          "dk",
    "it",   "es",      "cz",       "hu",       "ru",   "kr"};
  const auto dot = word.rfind('.');
  if (dot == word.npos || dot == 0 || word.find("..") != word.npos)
    return false;
  return std::find(ends.begin(), ends.end(), lowered(word.substr(dot + 1))) != ends.end();
}

bool is_of_variable(char c) {
  return (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

/// @returns the length of "NAME=" at the front, as the names of an environment are written; 0 if there is none.
std::size_t assignment_at(std::string_view text) {
  const auto name = run_of(text, 0, is_of_variable);
  const bool assigns = name > 0 && !is_digit(text.front()) && name + 1 < text.size() && text[name] == '=';
  return assigns ? name + 1 : 0;
}

/// Whether an object or a list of JSON begins here, however it goes on: the kernel cuts long command lines.
bool is_json(std::string_view text) {
  if (text.empty() || (text.front() != '{' && text.front() != '['))
    return false;
  const auto next = text.find_first_not_of("{[ \t\n\\", 1);
  return next != text.npos && (text[next] == '"' || text[next] == '\'');
}

/// An environment holds paths and user names, in names and values that cannot be foreseen.
/// @returns the word of a command line without one, if it carries one.
std::optional<std::string> without_environment(std::string_view word) {
  // "NAME=value", "-eNAME=value" and "--env=NAME=value", and JSON by itself or as the value of an option.
  std::size_t begin = 0;
  if (word.starts_with("--")) {
    begin = word.find('=');
    begin = begin == word.npos ? word.size() : begin + 1;
  } else if (word.starts_with("-e")) {
    begin = 2;
  }
  auto value = word.substr(begin);
  if (const auto name = assignment_at(value); name > 0) {
    begin += name;
    return std::string{word.substr(0, begin)} + std::string{hidden_secret};
  }
  if (begin == 0)
    if (const auto equals = word.find('='); equals != word.npos && is_json(word.substr(equals + 1)))
      begin = equals + 1;
  value = word.substr(begin);
  value.remove_prefix(std::min(value.find_first_not_of(" \t\n"), value.size()));
  if (!is_json(value))
    return std::nullopt;
  return std::string{word.substr(0, begin)} + std::string{hidden_secret};
}

/// "user@1000.service" is a unit of systemd.
bool is_unit(std::string_view word) {
  static constexpr std::array<std::string_view, 9> ends{
    ".service", ".slice", ".socket", ".scope", ".timer", ".mount", ".target", ".path", ".device"};
  return std::any_of(ends.begin(), ends.end(), [word](auto end) { return word.ends_with(end); });
}

} // namespace

identity_redactor::identity_redactor(machine_identity known) : known_{std::move(known)} {
  // Of two names the longer one is looked for first: "ann.example" before "ann".
  for (auto* list : {&known_.users, &known_.hosts, &known_.homes}) {
    std::erase_if(*list, [](const std::string& x) { return x.size() < 2 || x == "localhost"; });
    std::stable_sort(list->begin(), list->end(),
                     [](const auto& a, const auto& b) { return a.size() > b.size(); });
  }
}

std::string identity_redactor::alias(const char* kind, std::string_view name) {
  auto& result = aliases_[kind + (' ' + lowered(name))];
  if (result.empty())
    result = kind + ('-' + std::to_string(++counts_[kind]));
  return result;
}

/// Puts something in the place of what begins here. @returns how much of the text that was; 0 if
/// there is nothing.
std::size_t identity_redactor::replace_at(std::string_view text, std::size_t at, bool is_word,
                                          std::string& result) {
  const auto rest = text.substr(at);
  const char before = at > 0 ? text[at - 1] : ' ';
  if (const auto home = rest.front() == '/' && !is_alnum(before) ? home_at(rest, known_.homes) : 0;
      home > 0) {
    result += '~';
    if (home == rest.size() || rest[home] != '/')
      return home;
    // What lies there is called as its owner likes.
    const auto end = rest.find_first_of(is_word ? ":\n\"" : ": \t\n\"'`,;)<>|", home + 1);
    result += "/…";
    return std::min(end, rest.size());
  }
  if (is_alnum(before) || (!is_alnum(rest.front()) && rest.front() != ':' && rest.front() != '/'))
    return 0;
  if (rest.front() == '/') {
    const auto size = rest.starts_with("//") && before != ':' ? run_of(rest, 2, is_of_host) : 0;
    if (size == 0 || rest.size() <= 2 + size || rest[2 + size] != '/' || before == '/')
      return 0;
    result += "//" + alias("host", rest.substr(2, size));
    return 2 + size;
  }
  for (const auto size : {before == '.' ? 0 : ipv4_at(rest), colon_address_at(rest)})
    if (size > 0) {
      const auto address = rest.substr(0, size);
      result += is_of_this_machine(address) ? std::string{address} : alias("address", address);
      return size;
    }
  if (rest.front() == ':')
    return 0;
  if (const auto size = long_id_at(rest); size > 0) {
    result += alias("id", rest.substr(0, size));
    return size;
  }
  const auto local = run_of(rest, 0, [](char c) { return is_of_host(c) || c == '_' || c == '+'; });
  if (local < rest.size() && rest[local] == '@') {
    const auto domain = run_of(rest, local + 1, is_of_host);
    if (domain > 0 && !is_unit(rest.substr(local + 1, domain))) {
      result +=
        alias("user", rest.substr(0, local)) + '@' + alias("host", rest.substr(local + 1, domain));
      return local + 1 + domain;
    }
  }
  for (const auto& name : known_.hosts)
    if (begins_with(rest, name, true)
        && (rest.size() == name.size() || !is_alnum(rest[name.size()]))) {
      result += alias("host", name);
      return name.size();
    }
  for (const auto& name : known_.users)
    if (begins_with(rest, name, false)
        && (rest.size() == name.size() || !is_alnum(rest[name.size()]))) {
      result += alias("user", name);
      return name.size();
    }
  const auto word = run_of(rest, 0, is_of_host);
  const bool in_url = at >= 3 && text.substr(at - 3, 3) == "://";
  const bool is_server = word > 1 && rest.substr(word).starts_with(":/")
                         && !rest.substr(word).starts_with("://")
                         && std::string_view{" \t\n\"'=,("}.find(before) != std::string_view::npos;
  if (in_url || is_server
      || (before != '/' && before != '.' && is_host_name(rest.substr(0, word)))) {
    const auto name = rest.substr(0, word);
    result += is_of_this_machine(name) ? std::string{name} : alias("host", name);
    return word;
  }
  return 0;
}

std::string identity_redactor::redacted(std::string_view text, bool is_word) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();)
    if (text.substr(at).starts_with(hidden_secret)) {
      result += hidden_secret;
      at += hidden_secret.size();
    } else if (const auto size = replace_at(text, at, is_word, result); size > 0) {
      at += size;
    } else {
      result += text[at++];
    }
  return result;
}

std::string identity_redactor::text(std::string_view given, bool is_word) {
  // A path is a whole, whatever blanks are in it.
  const bool is_path = given.starts_with('/') && given.find('\n') == given.npos;
  return redacted(redact_secrets(given),
                  is_word || is_path || given.find_first_of(" \t\n") == given.npos);
}

std::vector<std::string> identity_redactor::arguments(std::vector<std::string> words) {
  words = redact_arguments(std::move(words));
  for (auto& x : words) {
    if (auto bare = without_environment(x))
      x = std::move(*bare);
    x = redacted(x, true);
  }
  return words;
}

redaction identity_redactor::as_redaction() {
  return {[this](std::string_view x) { return text(x); },
          [this](std::vector<std::string> words) { return arguments(std::move(words)); }, false, true};
}

} // namespace pmactor
