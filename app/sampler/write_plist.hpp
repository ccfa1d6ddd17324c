// Writes a window as powermetrics does: one XML property list a document, the same keys, the same bytes
// around them. Keys of our own begin with `pmactor_`. What is absent in the window has no key.
#pragma once

#include "app/sampler/compute_window.hpp"

#include <string>

namespace pmactor {

/// How the processes are listed.
enum class task_grouping {
  none,       ///< `tasks`
  coalitions, ///< `coalitions`, one a cgroup, each with its `tasks`
};

/// Appends the document, which ends in `</plist>` and a line feed, to *out*. It is well-formed and valid
/// UTF-8 whatever the names hold: bytes that XML cannot carry become U+FFFD.
void write_plist(const sample_window& x, const host_facts& facts, task_grouping grouping, std::string& out);

} // namespace pmactor
