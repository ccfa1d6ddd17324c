#define CAF_SUITE question_file

#include "actors/host/question_lock.hpp"

#include "app/instance/made_files.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST(each thing that is asked has a file of its own that stays in the folder) {
  CAF_CHECK_EQUAL(question_file("mount 0:55"), "question.mount-0:55");
  CAF_CHECK_EQUAL(question_file("disk cciss/c0d0"), "question.disk-cciss!c0d0");
  CAF_CHECK_EQUAL(question_file("disk ../x"), "question.disk-..!x");
}

CAF_TEST(such files are removed with the others of the runtime folder) {
  CAF_CHECK(is_made_by_pmactor(made_folder::runtime, question_file("mount 0:55")));
}
