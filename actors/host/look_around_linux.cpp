#include "actors/host/look_around_linux.hpp"

#include "actors/host/kept_file_linux.hpp"

#include <algorithm>
#include <array>

namespace pmactor {

namespace fs = std::filesystem;

std::string read_first_line(const fs::path& file) {
  std::array<char, 4096> room; // an attribute is a page at most
  auto text = kept_file{file.string()}.read(room);
  text = text.substr(0, text.find('\n'));
  while (!text.empty() && (text.back() == '\0' || text.back() == ' '))
    text.remove_suffix(1);
  return std::string{text};
}

std::vector<fs::path> list_entries(const fs::path& folder) {
  std::vector<fs::path> result;
  std::error_code error;
  for (fs::directory_iterator i{folder, error}, end; !error && i != end; i.increment(error))
    result.push_back(i->path());
  std::sort(result.begin(), result.end());
  return result;
}

} // namespace pmactor
