#include "app/web/read_token.hpp"

#include "actors/host/owned_descriptor.hpp"
#include "actors/host/transfer_fully.hpp"
#include "app/views/escape.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <random>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace pmactor::web {
namespace {

constexpr std::size_t longest_file = 64 * 1024, shortest_token = 16, longest_token = 512;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& why) {
  throw std::runtime_error("Cannot use " + escaped(file.string()) + ": " + why);
}

std::string read(const std::filesystem::path& file, bool is_private) {
  const owned_descriptor from{::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  struct stat facts {};
  if (from.get() < 0 || ::fstat(from.get(), &facts) != 0)
    fail(file, std::generic_category().message(errno) + '.');
  if (!S_ISREG(facts.st_mode))
    fail(file, "it is no ordinary file.");
  if (is_private && (facts.st_mode & 077) != 0)
    fail(file, "others may read or write it; run chmod 600 on it.");
  if (is_private && facts.st_uid != ::geteuid() && facts.st_uid != 0)
    fail(file, "it belongs to another user.");
  std::string result(longest_file, '\0');
  const auto size = read_fully(from.get(), result.data(), result.size()).size;
  if (size == longest_file)
    fail(file, "it is longer than 64 KB.");
  result.resize(size);
  return result;
}

} // namespace

std::string read_token(const std::filesystem::path& file) {
  auto token = read(file, true);
  token.resize(std::min(token.find_first_of("\r\n"), token.size()));
  if (token.size() < shortest_token || token.size() > longest_token)
    fail(file, "the token in it must have " + std::to_string(shortest_token)
                 + " characters or more; make one with: openssl rand -hex 32");
  for (const char c : token)
    if (c <= ' ' || c == 0x7f || c == ';' || c == '"')
      fail(file, "a token is one word of letters, digits and signs.");
  return token;
}

std::string read_small_file(const std::filesystem::path& file) {
  return read(file, false);
}

std::string random_word() {
  std::random_device device; // of the system's generator, on both systems
  static constexpr char digits[] = "0123456789abcdef";
  std::string result;
  for (int i = 0; i < 8; ++i) {
    auto bits = device();
    for (int k = 0; k < 8; ++k, bits >>= 4)
      result += digits[bits & 15];
  }
  return result;
}

} // namespace pmactor::web
