// The sampler's bytes, in pieces of any size: framing and decoding.
#include "fuzz/fuzz.hpp"

#include "actors/powermetrics_reader/decode_plist_sample.hpp"
#include "actors/powermetrics_reader/frame_documents.hpp"

#include <cmath>
#include <optional>

using namespace pmactor;
using namespace pmactor::fuzz;

namespace {

void check(const std::optional<double>& x, double most) {
  must(!x || (std::isfinite(*x) && *x >= 0 && *x <= most), "a number is in its range or absent");
}

void check(const power_sample& x) {
  must(x.elapsed > std::chrono::nanoseconds::zero() && x.elapsed <= sample_decoder::longest_window,
       "a window has a sane length");
  check(x.cpu_pct, 100);
  check(x.gpu_pct, 100);
  must(x.tasks.size() <= sample_decoder::most_tasks, "the tasks are bounded");
  for (const auto& task : x.tasks) {
    must(task.name.size() <= sample_decoder::longest_name + 8, "a name is bounded");
    for (const auto& rate : {task.cpu_pct, task.io_read, task.io_write, task.mem_bytes})
      must(!rate || (std::isfinite(*rate) && *rate >= 0), "a rate is a number or absent");
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static sample_decoder decoder;
  input in{data, size};
  const std::size_t step = in.byte() + std::size_t{1};
  document_framer framer;
  std::uint64_t behind = 0, given = 0;
  const auto take = [&](const stream_piece& piece) {
    must(piece.offset >= behind, "the pieces come in order");
    behind = piece.offset + piece.length;
    must(behind <= given, "no piece reaches beyond what has arrived");
    if (piece.what != stream_piece::kind::document)
      return;
    must(piece.document.ends_with("</plist>"), "a document is whole");
    const auto decoded = decoder.decode(piece.document);
    must(!decoded.sample || decoded.damage.empty(), "a document is a sample or it is damaged");
    if (decoded.sample)
      check(*decoded.sample);
  };
  while (!in.empty()) {
    const auto piece = in.text(step);
    given += piece.size();
    framer.append(piece);
    while (const auto found = framer.next())
      take(*found);
    must(framer.capacity() <= 4 * document_framer::longest_document, "the buffer is bounded");
  }
  if (const auto rest = framer.finish())
    take(*rest);
  // The decoder itself takes any bytes.
  decoder.decode({reinterpret_cast<const char*>(data), size});
  return 0;
}
