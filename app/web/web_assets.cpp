#include "app/web/web_assets.hpp"

#include "app/report/report_style.hpp"

#include <string>
#include <utility>

// No compiler of ours minds long texts.
#pragma GCC diagnostic ignored "-Woverlength-strings"

namespace pmactor::web {
namespace {

constexpr std::pair<std::string_view, std::string_view> files[] = {
#include <web_files.inc>
};

constexpr std::string_view icon =
  R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#b8321a"/><path d="M4 17h6l3-8 5 15 3-7h7" fill="none" stroke="#fff" stroke-width="2.6" stroke-linejoin="round" stroke-linecap="round"/></svg>)";

std::string_view file(std::string_view name) {
  for (const auto& [known, content] : files)
    if (known == name)
      return content;
  return {};
}

} // namespace

std::string_view asset(std::string_view name) {
  if (name == "icon.svg")
    return icon;
  if (name == "page.css") {
    // The pages look as reports do.
    static const auto whole = std::string{report_style} + std::string{file(name)};
    return whole;
  }
  return file(name);
}

bool has_dygraphs() {
  return !file("dygraph.min.js").empty();
}

std::string_view type_of(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> types[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".json", "application/json"},
    {".txt", "text/plain; charset=utf-8"},
    {".zst", "application/zstd"},
    {".html", "text/html; charset=utf-8"}};
  for (const auto& [end, type] : types)
    if (name.ends_with(end))
      return type;
  return "application/octet-stream";
}

} // namespace pmactor::web
