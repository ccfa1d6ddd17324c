#include "app/manual/roff.hpp"

#include "messages/utf8.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <utility>

namespace pmactor {
namespace {

/// @returns the line, protected where it would begin a request.
std::string line_of(std::string_view text) {
  auto result = roff(text);
  if (!result.empty() && (result[0] == '.' || result[0] == '\''))
    result.insert(0, "\\&");
  return result;
}

std::string upper(std::string text) {
  for (auto& c : text)
    if (c >= 'a' && c <= 'z')
      c = static_cast<char>(c - 'a' + 'A');
  return text;
}

} // namespace

std::string roff(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto [length, code] = first_character(text);
    const auto first = text[0];
    if (length > 1)
      result += printed("\\[u%04X]", static_cast<unsigned>(code));
    else if (first == '\\')
      result += "\\e";
    else if (first == '-')
      result += "\\-";
    else if (first == '\'')
      result += "\\(aq";
    else if (first == '`')
      result += "\\(ga";
    else if (first == '^')
      result += "\\(ha";
    else if (first == '~')
      result += "\\(ti";
    else if (static_cast<unsigned char>(first) >= 0x20 && static_cast<unsigned char>(first) < 0x7f)
      result += first;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

roff_page::roff_page(const std::string& name, int section, const std::string& date, const std::string& about) {
  text_ = ".TH " + roff(upper(name)) + ' ' + std::to_string(section) + " \"" + date + "\" \"pmactor\" \""
          + (section == 1   ? "User Commands"
             : section == 5 ? "File Formats"
                            : "Miscellaneous Information")
          + "\"\n";
  heading("NAME");
  text_ += roff(name) + " \\- " + roff(about) + '\n';
}

roff_page& roff_page::heading(std::string_view title) {
  text_ += ".SH " + roff(title) + '\n';
  is_fresh_ = true;
  return *this;
}

roff_page& roff_page::subheading(std::string_view title) {
  text_ += ".SS " + roff(title) + '\n';
  is_fresh_ = true;
  return *this;
}

void roff_page::lines(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (const auto line = text.substr(0, end); line.find_first_not_of(' ') != line.npos)
      text_ += line_of(line) + '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void roff_page::begin_paragraph() {
  if (!std::exchange(is_fresh_, false))
    text_ += ".PP\n";
}

roff_page& roff_page::paragraph(std::string_view text) {
  begin_paragraph();
  lines(text);
  return *this;
}

roff_page& roff_page::usage(std::string_view bold, std::string_view rest) {
  begin_paragraph();
  text_ += "\\fB" + roff(bold) + "\\fR" + (rest.empty() ? "" : " " + roff(rest)) + '\n';
  return *this;
}

roff_page& roff_page::item(std::string_view term, std::string_view argument, std::string_view text) {
  text_ += ".TP\n\\fB" + roff(term) + "\\fR" + (argument.empty() ? "" : " \\fI" + roff(argument) + "\\fR") + '\n';
  lines(text);
  is_fresh_ = false;
  return *this;
}

} // namespace pmactor
