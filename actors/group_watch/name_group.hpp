// Decides what people call a control group: by the unit, the container or the session that it is.
// Pure.
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

struct group_name {
  std::string words; ///< "unit ssh.service", "container 3f9d0c1b2a4e (docker)". Foreign bytes.
  std::string container_id; ///< In full; empty of what is no container.
};

/// @param path from the root of its hierarchy.
group_name name_group(std::string_view path);

} // namespace pmactor
