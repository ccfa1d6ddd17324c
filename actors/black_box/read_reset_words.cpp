#include "actors/black_box/read_reset_words.hpp"

#include <array>

namespace pmactor {
namespace {

struct reset_word {
  std::string_view words;
  outage_cause cause;
  confidence sure;
  std::string_view says;
};

constexpr auto reset = outage_cause::reset;
constexpr auto high = confidence::high, medium = confidence::medium;
constexpr std::string_view too_hot = "the machine switched itself off, as it was too hot",
                           bad_hardware = "an error of the hardware reset the machine",
                           by_watchdog = "a watchdog reset the machine",
                           by_pin = "the machine was reset by its reset button",
                           by_button = "the machine was switched off by holding its power button";

// Linux, arch/x86/kernel/cpu/amd.c and include/linux/power/power_on_reason.h. The first that is
// there counts: several bits may be set at once, and an error of the hardware explains the reset
// that follows it. What an order in good time leaves as well (an ACPI power state, 0x4 to 0xCF9)
// is not in the list.
constexpr std::array words{
  reset_word{"thermal pin BP_THERMTRIP_L", reset, high, too_hot},
  reset_word{"internal CPU thermal limit", reset, high, too_hot},
  reset_word{"data fabric sync flood", reset, high, bad_hardware},
  reset_word{"software sync flood", reset, high, bad_hardware},
  reset_word{"a parity error occurred", reset, high, bad_hardware},
  reset_word{"internal CPU shutdown event", reset, high, "the CPU gave up and was reset"},
  reset_word{"watchdog timer expired", outage_cause::watchdog, high, by_watchdog},
  reset_word{"watchdog timeout", outage_cause::watchdog, high, by_watchdog},
  reset_word{"power button was pressed for 4 seconds", reset, high, by_button},
  reset_word{"system reset pin BP_SYS_RST_L", reset, high, by_pin},
  reset_word{"reset button action", reset, high, by_pin},
  reset_word{"remote ASF power off", reset, high, "the machine was switched off over the network"},
  reset_word{"remote ASF reset", reset, high, "the machine was reset over the network"},
  reset_word{"shutdown pin was tripped", reset, medium,
             "the machine was switched off by a signal on its board"},
  reset_word{"brown-out", outage_cause::power_loss, high, "the power was lost"},
  reset_word{"CPU clock failure", reset, high, bad_hardware},
  reset_word{"crystal oscillator failure", reset, high, bad_hardware},
  reset_word{"keyboard reset pin", reset, medium, "the machine was reset by software"},
  reset_word{"software issued PCI reset", reset, medium, "the machine was reset by software"},
  reset_word{"software wrote 0x6 to reset", reset, medium, "the machine was reset by software"},
  reset_word{"software wrote 0xE to reset", reset, medium, "the machine was reset by software"},
  reset_word{"software reset", reset, medium, "the machine was reset by software"},
  // The controller of an Intel Mac; Apple does not say what its numbers mean, so few are taken, and none as certain.
  reset_word{"shutdown cause [3]", reset, medium, by_button},
  reset_word{"shutdown cause [-127]", reset, medium, by_button},
  reset_word{"shutdown cause [0]", outage_cause::power_loss, medium, "the power was lost"},
  reset_word{"shutdown cause [-103]", outage_cause::battery_empty, medium, "the battery was empty"},
  reset_word{"shutdown cause [-61]", outage_cause::watchdog, medium, by_watchdog},
  reset_word{"shutdown cause [-62]", outage_cause::watchdog, medium, by_watchdog},
  reset_word{"shutdown cause [-3]", reset, medium, too_hot},
  reset_word{"shutdown cause [-86]", reset, medium, too_hot},
  reset_word{"shutdown cause [-95]", reset, medium, too_hot},
};

} // namespace

std::optional<reset_meaning> read_reset_words(std::string_view text) {
  for (const auto& x : words)
    if (text.find(x.words) != text.npos)
      return reset_meaning{x.cause, x.sure, std::string{x.says}};
  return std::nullopt;
}

} // namespace pmactor
