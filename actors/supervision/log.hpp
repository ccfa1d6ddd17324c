// The one road to the log: a level, the component that speaks, a fixed event id, a sentence.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

enum class log_level { debug, info, warning, error };

/// Takes a line; called from any thread, must not block and not throw.
using log_sink = void (*)(log_level level, std::string_view component, std::string_view event,
                          std::string_view sentence);

/// Sends all further lines to this sink; nullptr, as at the start, drops them.
void set_log_sink(log_sink sink);

/// Logs a line, e.g. log_line(log_level::warning, "storage-writer", "database-busy", "The …").
/// @param event fixed per kind of event, in kebab-case: what a user greps for.
/// @param sentence `info` and above are for an operator who never saw the code.
void log_line(log_level level, std::string_view component, std::string_view event,
              std::string_view sentence);

} // namespace pmactor
