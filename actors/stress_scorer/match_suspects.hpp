// Decides whether a process is a known culprit, by its name. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

/// `[suspects]` in the settings.
struct suspect_policy {
  /// Patterns: `*` stands for any text, `?` for any one byte, everything else for itself, ASCII letters
  /// in either case. The whole name must match.
  std::vector<std::string> patterns = default_patterns();

  /// Programs that are known to make machines stutter: indexers, backups, sync clients, virus scanners,
  /// updaters, virtual machines, and the kernel's own memory and disk workers.
  static std::vector<std::string> default_patterns();
  friend bool operator==(const suspect_policy&, const suspect_policy&) = default;
};

/// Takes time in the product of the two lengths at most, whatever the pattern.
bool matches(std::string_view name, std::string_view pattern);

/// Whether a name matches any of the patterns.
bool is_suspect(std::string_view name, const suspect_policy& policy);

} // namespace pmactor
