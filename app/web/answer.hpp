// What a request is answered with.
#pragma once

#include "app/web/decide_access.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace pmactor::web {

struct answer {
  int status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers; ///< Beside those that every answer has.
  bool is_kept = false; ///< A browser may keep it: it is part of the program.
};

/// Answers a path. Called by one thread at a time; what it throws is a failure of the server.
using handler = std::function<answer(const request&)>;

/// A path and what answers it.
struct route {
  std::string path; ///< One that ends with '/' stands for all that begin with it.
  handler answers;
};

/// @returns the one whose path is the longest that fits; null if none does.
const route* find_route(const std::vector<route>& all, const std::string& path);

/// @returns a page that says what is wrong.
answer plain_answer(int status, const std::string& sentence);

/// The headers that keep a browser from doing anything but showing our page.
std::vector<std::pair<std::string, std::string>> security_headers(const answer& x);

} // namespace pmactor::web
