// Removes what pmactor made in its folders, by name (made_files.hpp), and follows no link that lies in them: it is done
// as root where the service is the machine's.
#pragma once

#include "app/instance/made_files.hpp"

#include <filesystem>

namespace pmactor {

/// Removes what pmactor made in this folder, as far as it can be; the folder and all else in it stay. Throws nothing.
/// @param folder may be a link, as the user has named it.
void remove_made(made_folder what, const std::filesystem::path& folder);

} // namespace pmactor
