#pragma once

#include <string>

#include "odin/native/commands/command_line.h"
#include "odin/native/scoring/comparison.h"

namespace odin::native {

/// The files that a comparison writes; empty names: none.
struct ComparisonFiles {
  std::string json, csv, html;
};

/// The methods of the option --method. What is wrong with them is an error of the command line.
MethodList methods_of_option(const std::string& text);

/// --step and --step-by.
struct StepOptions {
  bool wanted = false;
  std::string by = "odin";

  /// Throws for a kind of step without a step.
  Step step() const;
};
void add_step_options(Command command, StepOptions& options);

/// Compares, prints the tables and writes the files. Returns the program's exit status. Errors
/// about files begin with `command`.
int run_comparison(const ComparisonOptions& options, const ComparisonFiles& files, bool quiet,
                   const char* command);

}  // namespace odin::native
