// Reads what was captured of an event. The folder is as foreign as any: it is not left, no link is followed,
// only ordinary files are opened, and no more is read than is asked for.
#pragma once

#include "app/report/render_report.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace pmactor {

/// @param folder below the data folder, as `events.event_dir` has it.
/// @param name of the file in it, one word.
/// @param most bytes.
/// @returns its beginning; nullopt if there is no such file, or none that may be read.
std::optional<report_file> read_evidence(const std::filesystem::path& data, const std::string& folder,
                                         const std::string& name, std::size_t most);

} // namespace pmactor
