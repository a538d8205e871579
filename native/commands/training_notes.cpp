#include "odin/native/commands/training_notes.h"

#include <algorithm>

#include "odin/native/system/console.h"
#include "odin/native/training/record.h"
#include "odin/nn/io/quote.h"

namespace odin::native {

void report_skipped(const char* command, const std::vector<std::string>& skipped) {
  for (const std::string& line : skipped) tell("odin ", command, ": skipped ", line);
  if (!skipped.empty())
    tell("odin ", command, ": skipped ", skipped.size(),
         skipped.size() == 1 ? " picture" : " pictures");
}

void report_notes(const char* command, const std::vector<std::string>& notes) {
  for (const std::string& note : notes) tell("odin ", command, ": note: ", note);
}

void warn_of_learnt_images(const char* command, const std::string& model, const std::string& record,
                           const TrainSettings& settings) {
  if (has_learnt_from_held_out(record, settings))
    tell("odin ", command, ": note: ", nn::quote(model),
         " has learnt from images that are held out here, which makes them look better than "
         "unseen ones; the --validation and --seed of its training hold out the same");
}

void warn_of_shared_images(const char* command, std::int64_t shared, std::int64_t tested) {
  if (shared > 0)
    tell("odin ", command, ": note: ", std::min(shared, tested), " of the ", tested,
         " images of --test are among those of --data too, which makes the result on them look "
         "better than on unseen ones");
}

}  // namespace odin::native
