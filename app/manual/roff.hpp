// Writes pages in the man(7) language. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

/// @returns the text so that it means itself within a line: no escapes, hyphens that can be copied, ASCII only.
std::string roff(std::string_view text);

/// A page that is put together from top to bottom. All texts are plain: they are made roff here.
class roff_page {
public:
  /// @param name "pmactor-events". @param about what it is, without a full stop.
  roff_page(const std::string& name, int section, const std::string& date, const std::string& about);

  roff_page& heading(std::string_view title);
  roff_page& subheading(std::string_view title);
  /// A paragraph; each of its lines stays one.
  roff_page& paragraph(std::string_view text);
  /// A line of bold words, then plain ones: a synopsis.
  roff_page& usage(std::string_view bold, std::string_view rest);
  /// A term with what it means. @param argument stands in italics behind the bold term; may be empty.
  roff_page& item(std::string_view term, std::string_view argument, std::string_view text);

  const std::string& text() const {
    return text_;
  }

private:
  void lines(std::string_view text);
  void begin_paragraph();

  std::string text_;
  bool is_fresh_ = false; ///< A heading stands before, which begins a paragraph itself.
};

} // namespace pmactor
