#pragma once

namespace odin::native {

/// Whether stderr is a terminal.
bool errors_go_to_terminal();

/// Whether stderr is a terminal that can erase a line.
bool terminal_erases_lines();

/// The columns of that terminal; 80 where nobody knows.
int terminal_width();

}  // namespace odin::native
