#define CAF_SUITE root_words

#include "app/views/root_words.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(a command for root is one that this user can run) {
  const std::string command = "sudo sysctl a=1 && sudo pmactor install";
  CAF_CHECK_EQUAL(by_root(command, {false, true}), command);
  CAF_CHECK_EQUAL(by_root(command, {true, true}), "sysctl a=1 && pmactor install");
  CAF_CHECK_EQUAL(by_root(command, {true, false}), "sysctl a=1 && pmactor install");
  CAF_CHECK_EQUAL(by_root(command, {false, false}), "su -c 'sysctl a=1 && pmactor install'");
  CAF_CHECK_EQUAL(by_root("pmactor reload", {false, false}), "pmactor reload");
  CAF_CHECK_EQUAL(by_root("sudo -u ann pmactor status", {true, false}), "sudo -u ann pmactor status");
}

CAF_TEST(of a sentence the commands alone are changed) {
  CAF_CHECK_EQUAL(commands_by_root("say sudo: `sudo a b`, or `sudo c` and `d", {true, true}),
                  "say sudo: `a b`, or `c` and `d");
  CAF_CHECK_EQUAL(commands_by_root("`sudo a b`.", {false, false}), "`su -c 'a b'`.");
  CAF_CHECK_EQUAL(commands_by_root("", {true, true}), "");
}
