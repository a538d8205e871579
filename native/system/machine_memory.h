#pragma once

namespace odin::native {

/// The bytes of this machine's memory; 0 or less if the system does not say.
double machine_memory();

}  // namespace odin::native
