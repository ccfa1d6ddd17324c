#define CAF_SUITE decide_storage_failure
#include "actors/storage_writer/decide_storage_failure.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using act = storage_step::act;

CAF_TEST(a locked database is tried again ever more slowly and with the same connection) {
  storage_writer_policy policy;
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::busy, 0, policy), (storage_step{act::wait, 100ms}));
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::busy, 1, policy), (storage_step{act::wait, 200ms}));
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::busy, 5, policy), (storage_step{act::wait, 3200ms}));
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::busy, 6, policy), (storage_step{act::wait, 5s}));
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::busy, 1'000'000, policy),
                  (storage_step{act::wait, 5s}));
}

CAF_TEST(a full disk is waited for and never taken for damage) {
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::full, 0, {}), (storage_step{act::wait, 100ms}));
}

CAF_TEST(a failing disk is tried with a new connection and never taken for damage) {
  for (auto failure : {storage_failure::io, storage_failure::denied, storage_failure::newer,
                       storage_failure::foreign}) {
    CAF_CHECK_EQUAL(decide_storage_failure(failure, 0, {}), (storage_step{act::reopen, 100ms}));
    CAF_CHECK_EQUAL(decide_storage_failure(failure, 50, {}), (storage_step{act::reopen, 5s}));
  }
}

CAF_TEST(a moved file is replaced at once but not in a circle) {
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::moved, 0, {}), (storage_step{act::reopen, 0ns}));
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::moved, 1, {}), (storage_step{act::reopen, 200ms}));
}

CAF_TEST(damage sets the file aside at once and repeated damage ever more slowly) {
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::corrupt, 0, {}),
                  (storage_step{act::set_file_aside, 0ns}));
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::corrupt, 1, {}),
                  (storage_step{act::set_file_aside, 5s}));
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::corrupt, 2, {}),
                  (storage_step{act::set_file_aside, 10s}));
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::corrupt, 100, {}),
                  (storage_step{act::set_file_aside, 1h}));
}

CAF_TEST(a refused row is set aside and an unforeseen failure only after three attempts) {
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::refused, 0, {}),
                  (storage_step{act::set_row_aside, 0ns}));
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::other, 2, {}), (storage_step{act::reopen, 400ms}));
  CAF_CHECK_EQUAL(decide_storage_failure(storage_failure::other, 3, {}),
                  (storage_step{act::set_row_aside, 0ns}));
}

CAF_TEST(trouble is reported with how many rows wait) {
  CAF_CHECK_EQUAL(describe_trouble(storage_failure::busy, 37, "database is locked"),
                  "37 rows wait to be stored: The database is locked by another program.");
  CAF_CHECK_EQUAL(describe_trouble(storage_failure::full, 1, "The disk is full."),
                  "1 row waits to be stored: The disk is full.");
  CAF_CHECK_EQUAL(describe_trouble(storage_failure::denied, 0, "Not allowed."), "Not allowed.");
}

CAF_TEST(sizes are reported for people) {
  CAF_CHECK_EQUAL(describe_history(1234, 12'345'678), "1,234 samples, 12.3 MB");
  CAF_CHECK_EQUAL(describe_history(1, 0), "1 sample, 0.0 MB");
  CAF_CHECK_EQUAL(describe_history(2'592'000, 999), "2,592,000 samples, 0.0 MB");
  CAF_CHECK_EQUAL(describe_history(999, 0), "999 samples, 0.0 MB");
}

CAF_TEST(a batch grows while it is quick and shrinks when it is slow and has bounds) {
  storage_writer_policy policy; // 5 ms a batch
  CAF_CHECK_EQUAL(size_batch(16, 1ms, policy), 32u);
  CAF_CHECK_EQUAL(size_batch(16, 3ms, policy), 16u);
  CAF_CHECK_EQUAL(size_batch(16, 6ms, policy), 8u);
  CAF_CHECK_EQUAL(size_batch(256, 0ms, policy), 256u);
  CAF_CHECK_EQUAL(size_batch(4, 1s, policy), 4u);
}

CAF_TEST(damage is remembered for a day and said from the second time on) {
  const storage_writer_policy policy;
  damage_record record;
  CAF_CHECK_EQUAL(note_damage(record, 1h, policy), 0u);
  CAF_CHECK_EQUAL(describe_damage(record, 1h, policy), "");
  CAF_CHECK_EQUAL(note_damage(record, 2h, policy), 1u);
  CAF_CHECK_EQUAL(describe_damage(record, 2h, policy),
                  "The history was found damaged 2 times lately, and begun anew; the disk or the memory of "
                  "this machine may be failing.");
  CAF_CHECK_EQUAL(describe_damage(record, 26h, policy), "");
  CAF_CHECK_EQUAL(note_damage(record, 26h, policy), 0u);
}
