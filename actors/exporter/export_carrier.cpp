#include "actors/exporter/export_carrier.hpp"

namespace pmactor {

std::string to_string(const export_report& x) {
  return x.target + ": " + (x.trouble.empty() ? x.says : x.trouble);
}

std::string export_cursor_key(const std::string& target) {
  return "export-cursor-" + target;
}

} // namespace pmactor
