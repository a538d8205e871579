#include "odin/native/commands/training_notes.h"

#include <iostream>

#include "odin/native/training/record.h"
#include "odin/nn/io/quote.h"

namespace odin::native {

void report_skipped(const char* command, const std::vector<std::string>& skipped) {
  for (const std::string& line : skipped)
    std::cerr << "odin " << command << ": skipped " << line << '\n';
  if (!skipped.empty())
    std::cerr << "odin " << command << ": skipped " << skipped.size()
              << (skipped.size() == 1 ? " picture\n" : " pictures\n");
}

void report_notes(const char* command, const std::vector<std::string>& notes) {
  for (const std::string& note : notes)
    std::cerr << "odin " << command << ": note: " << note << '\n';
}

void warn_of_learnt_images(const char* command, const std::string& model, const std::string& record,
                           const TrainSettings& settings) {
  if (has_learnt_from_held_out(record, settings))
    std::cerr
        << "odin " << command << ": note: " << nn::quote(model)
        << " has learnt from images that are held out here, which makes them look better than "
           "unseen ones; the --validation and --seed of its training hold out the same\n";
}

}  // namespace odin::native
