// Decides what of a text says whose machine it is, and puts something in its place that says no
// more than that it is the same one again: "user-1", "host-2", "address-3". Secrets go as well.
// Pure, but it remembers what it named.
#pragma once

#include "app/report/redact_facts.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// What is known of the machine and its people. A text that holds none of it is searched for
/// addresses, homes, mail addresses and names of hosts all the same.
struct machine_identity {
  std::vector<std::string> users; ///< Login names and the names of people.
  std::vector<std::string> hosts;
  std::vector<std::string> homes; ///< Absolute.
};

class identity_redactor {
public:
  explicit identity_redactor(machine_identity known);

  /// @param is_word one word of a command line or one value, so that blanks in a path are part of
  /// it.
  std::string text(std::string_view given, bool is_word = false);
  std::vector<std::string> arguments(std::vector<std::string> words);

  /// @returns it as a redaction, which must not outlive this.
  redaction as_redaction();

private:
  std::string redacted(std::string_view text, bool is_word);
  std::size_t replace_at(std::string_view text, std::size_t at, bool is_word, std::string& result);
  std::string alias(const char* kind, std::string_view name);

  machine_identity known_;
  std::map<std::string, std::string> aliases_; ///< By kind and name.
  std::map<std::string, std::size_t> counts_;  ///< By kind.
};

} // namespace pmactor
