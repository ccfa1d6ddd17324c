// Lists what pmactor makes in its folders, in one place: `pmactor uninstall` removes it, and a test
// holds the package's purge (conf/debian/postrm) to the same names. Pure.
#pragma once

#include <span>
#include <string_view>

namespace pmactor {

/// The folders that it makes files in.
enum class made_folder { data, log, runtime };

/// @returns the names of its files, links and folders there, as a shell has them: a `*` stands for
/// anything, a `?` for one character. What ends in '/' is a folder, which goes with all that is in
/// it.
std::span<const std::string_view> made_names(made_folder folder);

/// @returns whether something of this name in this folder is pmactor's own.
bool is_made_by_pmactor(made_folder folder, std::string_view name);

} // namespace pmactor
