// Finds out how a daemon is, without its help.
#pragma once

#include "app/instance/pid_file.hpp"
#include "app/views/render_health.hpp"

#include <filesystem>
#include <optional>

namespace pmactor {

/// @param page where the daemon keeps its health page.
/// @throws std::exception if there is a page and it cannot be read or trusted.
health_view inspect_health(const std::filesystem::path& page);

/// As above, for the daemon of these places. Where its page does not show one that lives, the locks are asked too: a page
/// may be of the process before, or gone with its folder.
health_view inspect_daemon(const places& where);

/// Corrects a view that shows no living daemon by what the locks say.
/// @param page where the page is looked for.
/// @param has_folder whether the folder of the page is there: a daemon makes its page anew as long as it is.
void heed_daemon(health_view& view, const daemon_verdict& found, const std::filesystem::path& page, bool has_folder);

/// Lets the newest stored sample, in Unix seconds, be the last sign of life of a daemon that died, if it is newer than its
/// pulse: the pulse comes once a second too.
void heed_newest_sample(health_view& view, std::optional<double> newest);

} // namespace pmactor
