#define CAF_SUITE desktop_delivery

#include "actors/notifier/desktop_delivery.hpp"

#include <cstdlib>

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(the tool that shows messages is looked for where the user looks for programs) {
  const char* path = std::getenv("PATH");
  const std::string before = path != nullptr ? path : "";
  ::setenv("PATH", "/home/ann/bin:/usr/bin", 1);
  CAF_CHECK(desktop_places{}.path.find("/home/ann/bin") != std::string::npos);
  ::setenv("PATH", before.c_str(), 1);
}
