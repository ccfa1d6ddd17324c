// Opens a history for a command, and where there is none says where one may be.
#pragma once

#include "actors/storage_writer/decide_storage_failure.hpp"
#include "app/instance/find_others.hpp"

namespace pmactor {

/// @tparam Reader one of those that take the database's file.
/// @throws storage_problem as the reader does, with what is known of daemons elsewhere.
template <class Reader>
Reader open_reader(const places& where) {
  try {
    return Reader{where.database()};
  } catch (const storage_problem& e) {
    std::error_code ignored;
    const bool is_there = std::filesystem::exists(where.database(), ignored);
    const auto others = is_there ? std::string{} : explain_absence(where);
    const std::string said = e.what();
    if (others.empty() || said.find(others) != said.npos)
      throw;
    throw storage_problem{e.kind, said + ' ' + others};
  }
}

} // namespace pmactor
