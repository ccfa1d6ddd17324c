#include "actors/host/question_lock.hpp"

#include <algorithm>

namespace pmactor {

std::string question_file(std::string_view thing) {
  auto result = "question." + std::string{thing};
  // The kernel writes "cciss/c0d0"; a blank would have to be quoted by who looks into the folder.
  std::replace(result.begin(), result.end(), '/', '!');
  std::replace(result.begin(), result.end(), ' ', '-');
  return result;
}

} // namespace pmactor
