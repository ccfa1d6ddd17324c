#include "actors/host/late_library.hpp"

#include <dlfcn.h>
#include <stdexcept>

namespace pmactor {
namespace {

void* load(const library_name& x) {
#ifdef __APPLE__
  // Homebrew's come first, as the headers are Homebrew's. What macOS has as well Homebrew keeps out of the folders that
  // are searched, so it is looked for in its own.
  for (const std::string homebrew : {"/opt/homebrew/opt/", "/usr/local/opt/"}) {
    const auto file = homebrew + x.brew_package + "/lib/" + x.macos_file;
    if (auto* handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL))
      return handle;
  }
  return ::dlopen(x.macos_file, RTLD_NOW | RTLD_LOCAL);
#else
  return ::dlopen(x.linux_file, RTLD_NOW | RTLD_LOCAL);
#endif
}

std::string how_to_install(const library_name& x) {
#ifdef __APPLE__
  return std::string{"install it (Homebrew: "} + x.brew_package + ')';
#else
  return std::string{"install it (Debian: "} + x.debian_package + ')';
#endif
}

} // namespace

late_library::late_library(const library_name& x) : name_{x}, handle_{load(x)} {
  if (handle_ == nullptr) {
    const char* why = ::dlerror();
    problem_ = std::string{x.name} + " cannot be loaded (" + (why != nullptr ? why : "no reason was given") + "); "
               + how_to_install(x);
  }
}

void* late_library::address_of(const char* function) {
  auto* found = handle_ != nullptr ? ::dlsym(handle_, function) : nullptr;
  if (found == nullptr && problem_.empty())
    problem_ = std::string{"the "} + name_.name + " of this machine has no " + function + "; install a newer one";
  return found;
}

void late_library::require(std::string_view tried) const {
  if (!problem_.empty())
    throw std::runtime_error(std::string{tried} + ": " + problem_ + '.');
}

} // namespace pmactor
