#include "messages/match_incident.hpp"

#include "messages/incident_rules.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace pmactor {
namespace {

constexpr std::size_t longest_capture = 64,
                      longest_word = 256; ///< The path of a control group is a word.
constexpr int most_steps = 400; ///< Of one pattern on one line: what takes more does not match.

constexpr std::array<const char*, incident_kinds> kind_names{
  "lockup",  "hung_task", "memory",  "disk",  "file_system", "server", "graphics", "usb",
  "network", "hardware",  "thermal", "power", "interrupts",  "kernel", "clock",    "sleep"};

/// A piece of a pattern: a text, or what stands for one, of which the letter is kept.
struct piece {
  char takes = 0; ///< 0: the text itself.
  std::string text;
};

struct compiled_rule {
  const incident_rule* rule = nullptr;
  std::vector<piece> pieces;
  std::string_view needle; ///< The longest text in it, by which most lines are ruled out at once.
};

std::vector<piece> pieces_of(std::string_view pattern) {
  std::vector<piece> result;
  while (!pattern.empty()) {
    if (pattern.size() >= 3 && pattern[0] == '{' && pattern[2] == '}') {
      result.push_back({pattern[1], {}});
      pattern.remove_prefix(3);
      continue;
    }
    if (result.empty() || result.back().takes != 0)
      result.emplace_back();
    result.back().text += pattern.front();
    pattern.remove_prefix(1);
  }
  return result;
}

const std::vector<compiled_rule>& compiled_rules() {
  static const auto all = [] {
    std::vector<compiled_rule> result;
    for (const auto& rule : incident_rules())
      result.push_back({&rule, pieces_of(rule.pattern), {}});
    for (auto& x : result)
      for (const auto& one : x.pieces)
        if (one.text.size() > x.needle.size())
          x.needle = one.text;
    return result;
  }();
  return all;
}

bool is_digit(char x) {
  return x >= '0' && x <= '9';
}

bool may_contain(char takes, char x) {
  switch (takes) {
    case 'p':
      return is_digit(x);
    case 'n':
      return is_digit(x) || x == '.';
    case 'd':
      return is_digit(x) || (x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z') || x == '_' || x == '.'
             || x == ':' || x == '-' || x == '/' || x == '!';
    case 'w':
      return x != ' ';
    default:
      return true;
  }
}

/// What the letters of a pattern took of a line.
struct capture {
  std::string_view device, process, pid, number, word;

  std::string_view* of(char takes) {
    switch (takes) {
      case 'd':
        return &device;
      case 'c':
        return &process;
      case 'p':
        return &pid;
      case 'n':
        return &number;
      case 'w':
        return &word;
      default:
        return nullptr;
    }
  }
};

class matcher {
public:
  matcher(const std::vector<piece>& pieces, capture& found) : pieces_{pieces}, found_{found} {
  }

  bool match(std::string_view rest, std::size_t i = 0) {
    if (--steps_ < 0)
      return false;
    if (i == pieces_.size())
      return true;
    const auto& now = pieces_[i];
    if (now.takes == 0)
      return rest.starts_with(now.text) && match(rest.substr(now.text.size()), i + 1);
    const auto longest = longest_of(now.takes, rest);
    if (i + 1 == pieces_.size())
      return take(now.takes, rest.substr(0, longest));
    const auto& next = pieces_[i + 1];
    if (next.takes != 0) { // all of it: nothing says where it would end
      auto taken = rest.substr(0, longest);
      // A colon within a device is of its address; behind it, of the sentence.
      while (now.takes == 'd' && taken.ends_with(':'))
        taken.remove_suffix(1);
      return match(rest.substr(taken.size()), i + 1) && take(now.takes, taken);
    }
    // The shortest that lets the rest match.
    for (auto at = rest.find(next.text); at != std::string_view::npos && at <= longest;
         at = rest.find(next.text, at + 1))
      if (--steps_ < 0)
        return false;
      else if (match(rest.substr(at), i + 1) && take(now.takes, rest.substr(0, at)))
        return true;
    return false;
  }

private:
  static std::size_t longest_of(char takes, std::string_view rest) {
    if (takes == '*')
      return rest.size();
    const auto most = std::min(rest.size(), takes == 'w' ? longest_word : longest_capture);
    std::size_t result = 0;
    while (result < most && may_contain(takes, rest[result]))
      ++result;
    return result;
  }

  bool take(char takes, std::string_view text) {
    if (takes != '*' && text.empty())
      return false;
    if (auto* to = found_.of(takes))
      *to = text;
    return true;
  }

  const std::vector<piece>& pieces_;
  capture& found_;
  int steps_ = most_steps;
};

/// Puts what was found into the words of a rule.
std::string said(std::string_view words, const capture& found) {
  std::string result;
  auto captures = found;
  while (!words.empty()) {
    if (words.size() >= 3 && words[0] == '{' && words[2] == '}') {
      if (const auto* text = captures.of(words[1]))
        result += *text;
      words.remove_prefix(3);
      continue;
    }
    result += words.front();
    words.remove_prefix(1);
  }
  return result;
}

} // namespace

std::optional<incident_line> match_incident(std::string_view text, log_source source) {
  for (const auto& x : compiled_rules()) {
    if (x.rule->source != source || text.find(x.needle) == std::string_view::npos)
      continue;
    capture found;
    if (!matcher{x.pieces, found}.match(text))
      continue;
    incident_line result;
    result.rule = x.rule->name;
    result.kind = x.rule->kind;
    result.weight = x.rule->weight;
    result.least = x.rule->least;
    result.says = said(x.rule->says, found);
    result.device =
      *x.rule->device == '\0' ? std::string{found.device} : said(x.rule->device, found);
    result.process = std::string{found.process};
    std::int64_t pid = 0;
    if (!found.pid.empty()
        && std::from_chars(found.pid.data(), found.pid.data() + found.pid.size(), pid).ec
             == std::errc{})
      result.pid = pid;
    return result;
  }
  return std::nullopt;
}

std::string to_string(incident_kind x) {
  return kind_names[static_cast<std::size_t>(x)];
}

std::string to_string(const incident_line& x) {
  return "incident_line{" + x.rule + ": " + x.says + ", device " + x.device + ", process "
         + x.process + (x.pid ? " (" + std::to_string(*x.pid) + ")" : "") + '}';
}

} // namespace pmactor
