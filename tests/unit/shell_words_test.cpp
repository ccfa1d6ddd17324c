#define CAF_SUITE shell_words

#include "app/views/shell_words.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(a word is quoted for a shell where it is not plain) {
  CAF_CHECK_EQUAL(shell_word("/var/lib/pmactor"), "/var/lib/pmactor");
  CAF_CHECK_EQUAL(shell_word("/srv/it's here"), "'/srv/it'\\''s here'");
  CAF_CHECK_EQUAL(shell_word(""), "''");
  CAF_CHECK_EQUAL(shell_word("$(id)"), "'$(id)'");
  CAF_CHECK_EQUAL(shell_quoted("plain"), "'plain'");
}
