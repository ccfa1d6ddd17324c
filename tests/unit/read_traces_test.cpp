#define CAF_SUITE read_traces

#include "actors/black_box/read_reset_words.hpp"
#include "actors/black_box/read_service_end.hpp"
#include "actors/black_box/read_traces.hpp"

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

CAF_TEST(a panic is found with its reason and beats what follows it) {
  const auto found = find_kernel_death(
    "Panic#1 Part1\n<4>[   93.1][  T1] Call Trace:\n"
    "<0>[   93.123456][   T77] Kernel panic - not syncing: sysrq triggered crash\n"
    "<0>[   94.0] reboot: Restarting system\n",
    "dmesg-ramoops-0");
  CAF_REQUIRE(found.has_value());
  CAF_CHECK(found->kind == kernel_death::what::panic);
  CAF_CHECK_EQUAL(found->line, "sysrq triggered crash");
  CAF_CHECK_EQUAL(found->file, "dmesg-ramoops-0");
}

CAF_TEST(a console distinguishes an order from a reset and a lockup) {
  const auto kind = [](std::string_view text) { return find_kernel_death(text, "console")->kind; };
  CAF_CHECK(kind("[ 10.0] reboot: Power down\n") == kernel_death::what::shutdown);
  CAF_CHECK(kind("[ 10.0] sysrq: Resetting\n") == kernel_death::what::sysrq);
  CAF_CHECK(kind("[ 10.0] watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [a:1]\n")
            == kernel_death::what::lockup);
  CAF_CHECK(kind("[ 10.0] watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [a:1]\n[ 90.0] reboot: "
                 "Restarting system\n")
            == kernel_death::what::shutdown);
  CAF_CHECK(!find_kernel_death("[ 10.0] eth0: link up\n", "console"));
  CAF_CHECK(!find_kernel_death("", "console"));
}

CAF_TEST(foreign bytes are made harmless) {
  const auto found =
    find_kernel_death(std::string_view{"Kernel panic - not syncing: \x1b[31m\xff\0x", 33}, "f");
  CAF_REQUIRE(found.has_value());
  CAF_CHECK(found->line.find('\x1b') == std::string::npos);
}

CAF_TEST(a journal that ends in order says where the machine went) {
  const auto reboot =
    read_journal_end("1.0 host systemd[1]: Stopped pmactor.\n"
                     "2.0 host systemd[1]: Reached target reboot.target - System Reboot.\n"
                     "3.0 host systemd[1]: Shutting down.\n"
                     "4.0 host systemd-journald[200]: Journal stopped\n");
  CAF_REQUIRE(reboot.has_value());
  CAF_CHECK(reboot->in_order && reboot->course == box_course::restarts);
  CAF_CHECK(reboot->line.find("reboot.target") != std::string::npos);
  const auto off = read_journal_end("2.0 host systemd[1]: Reached target Power-Off.\n");
  CAF_CHECK(off->in_order && off->course == box_course::goes_down);
  const auto broken = read_journal_end("1.0 host kernel: a\n2.0 host sshd[1]: the last line\n");
  CAF_CHECK(!broken->in_order);
  CAF_CHECK_EQUAL(broken->line, "2.0 host sshd[1]: the last line");
  CAF_CHECK(!read_journal_end(""));
}

CAF_TEST(only the words of the first process and of the journal itself end a journal) {
  const auto* shutdown = "Reached target shutdown.target - System Shutdown.";
  for (const auto* source : {"systemd[1234]", "gdm[77]", "kernel", "systemd[11]"}) {
    const auto line = std::string{"2.0 host "} + source + ": " + shutdown + '\n';
    CAF_CHECK(!read_journal_end(line)->in_order);
  }
  CAF_CHECK(!read_journal_end("2.0 host logger[7]: systemd[1]: Reached target shutdown.target\n")->in_order);
  CAF_CHECK(!read_journal_end("2.0 host nginx[1]: Shutting down.\n")->in_order);
  CAF_CHECK(read_journal_end("2.0 host systemd[1]: Shutting down.\n")->in_order);
}

CAF_TEST(a journal that was only restarted goes on) {
  const auto restarted = read_journal_end("1.0 host systemd-journald[200]: Journal stopped\n"
                                          "2.0 host systemd-journald[300]: Journal started\n"
                                          "3.0 host kernel: nvme0: I/O timeout\n");
  CAF_CHECK(!restarted->in_order);
  CAF_CHECK_EQUAL(restarted->line, "3.0 host kernel: nvme0: I/O timeout");
  CAF_CHECK(!read_journal_end("1.0 host systemd-journald[200]: Journal stopped\n"
                              "2.0 host systemd[1]: Started systemd-journald.service - Journal.\n")
               ->in_order);
}

CAF_TEST(the words of the service manager are read) {
  using how = service_end::how;
  CAF_CHECK(read_service_end("code=killed, status=9/KILL") == (service_end{how::killed, "SIGKILL"}));
  CAF_CHECK(read_service_end("code=dumped, status=11/SEGV")
            == (service_end{how::crashed, "SIGSEGV"}));
  CAF_CHECK(read_service_end("code=killed, status=6/ABRT")
            == (service_end{how::crashed, "SIGABRT"}));
  CAF_CHECK(read_service_end("code=killed, status=15/TERM") == (service_end{how::ended, "SIGTERM"}));
  CAF_CHECK(read_service_end("code=exited, status=1/FAILURE") == (service_end{how::failed, "1"}));
  CAF_CHECK(read_service_end("code=exited, status=3/NOTIMPLEMENTED")
            == (service_end{how::ended, "3"}));
  CAF_CHECK(read_service_end("oom-kill") == (service_end{how::oom_killed, "SIGKILL"}));
  CAF_CHECK(!read_service_end(""));
  CAF_CHECK(!read_service_end("code=killed, status=9"));
}

CAF_TEST(the words for a reset mean the most telling of them) {
  const auto cause = [](std::string_view text) { return to_string(read_reset_words(text)->cause); };
  CAF_CHECK_EQUAL(cause("[0x2]: power button was pressed for 4 seconds"), "reset");
  CAF_CHECK_EQUAL(cause("[0x02000000]: hardware watchdog timer expired"), "watchdog");
  CAF_CHECK_EQUAL(cause("brown-out"), "power_loss");
  const auto several = read_reset_words("software wrote 0x6 to reset control register 0xCF9; an "
                                        "uncorrected error caused a data fabric sync flood event");
  CAF_REQUIRE(several.has_value());
  CAF_CHECK_EQUAL(several->says, "an error of the hardware reset the machine");
  CAF_CHECK(!read_reset_words("[0x00200000]: ACPI power state transition occurred"));
  CAF_CHECK(!read_reset_words("regular power-up"));
  CAF_CHECK(!read_reset_words(""));
}

CAF_TEST(the service manager says how the process ended) {
  CAF_CHECK_EQUAL(find_service_result(
                    "Started pmactor.service.\npmactor.service: Main process exited, code=killed, "
                    "status=9/KILL\npmactor.service: Failed with result 'signal'.\n"),
                  "code=killed, status=9/KILL");
  CAF_CHECK_EQUAL(find_service_result(
                    "pmactor.service: A process of this unit has been killed by the OOM killer.\n"
                    "pmactor.service: Failed with result 'oom-kill'.\n"),
                  "oom-kill");
  CAF_CHECK_EQUAL(find_service_result("Started pmactor.service.\n"), "");
}

CAF_TEST(a kill for want of memory is that of the process it names) {
  const auto* line = "Out of memory: Killed process 4711 (pmactor) total-vm:1kB";
  CAF_CHECK(is_oom_kill(line, 4711));
  CAF_CHECK(!is_oom_kill(line, 471));
}

CAF_TEST(what the kernel says of the last reset is taken unless it means nothing) {
  CAF_CHECK_EQUAL(reset_reason_in("x86/amd: Previous system reset reason [0x08000800]: an "
                                  "uncorrected error caused a data fabric sync flood event"),
                  "[0x08000800]: an uncorrected error caused a data fabric sync flood event");
  CAF_CHECK_EQUAL(reset_reason_in("x86/amd: Previous system reset reason [0xffffffff]: unknown"),
                  "");
  CAF_CHECK_EQUAL(reset_reason_in("eth0: link up"), "");
}

CAF_TEST(drives are read by their own books) {
  std::string page(512, '\0');
  page[112] = 44;
  page[113] = 1;
  page[144] = 9;
  const auto nvme = parse_nvme_health(page, "disk 1");
  CAF_CHECK(nvme.cycles == 300u && nvme.unsafe == 9u);
  CAF_CHECK(!parse_nvme_health("short", "disk").cycles);
  CAF_CHECK(!parse_nvme_health(std::string(512, '\0'), "keeps no count").cycles);
  std::string ata(512, '\0');
  const auto attribute = [&ata](std::size_t i, unsigned char id, unsigned char count) {
    ata[2 + 12 * i] = static_cast<char>(id);
    ata[2 + 12 * i + 5] = static_cast<char>(count);
  };
  attribute(0, 12, 200);
  attribute(1, 192, 5);
  attribute(2, 174, 6);
  const auto sata = parse_ata_attributes(ata, "disk 2");
  CAF_CHECK(sata.cycles == 200u && sata.unsafe == 6u);
}
