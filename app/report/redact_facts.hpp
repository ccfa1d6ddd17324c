// Takes what is private out of the facts of an event: out of every foreign text in
// them, wherever it is. Pure.
#pragma once

#include "app/report/report_facts.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// How texts are redacted.
struct redaction {
  std::function<std::string(std::string_view)> text;
  std::function<std::vector<std::string>(std::vector<std::string>)>
    arguments; ///< The words of one command line.
  /// What is no text, as a trace, stays as it is. If not, it is left out, as it is not known what is
  /// in it.
  bool keeps_binary = true;
  bool hides_identity = false; ///< And not secrets alone.
};

/// @returns the one that hides secrets and nothing else: what every page and every file that goes
/// out gets.
redaction hide_secrets();

/// Redacts each text in a document; its keys stay.
void redact(nlohmann::ordered_json& document, const redaction& how);

/// @returns the content of a file of evidence, by its name: JSON as such, a list's elements on
/// lines of their own, all else as a text. Nothing if it is to be left out.
std::optional<std::string> redact_file(const std::string& name, const std::string& content,
                                       const redaction& how);

/// Redacts all texts of an event; the folder of its evidence stays.
void redact(event_row& event, const redaction& how);
void redact(report_facts& facts, const redaction& how);

} // namespace pmactor
