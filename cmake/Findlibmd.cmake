# Finds libmd, the message digests of the BSDs, and defines libmd::md. It has no CMake package.
find_path(libmd_INCLUDE_DIR sha2.h)
find_library(libmd_LIBRARY md)
mark_as_advanced(libmd_INCLUDE_DIR libmd_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(libmd REQUIRED_VARS libmd_LIBRARY libmd_INCLUDE_DIR)

if(libmd_FOUND AND NOT TARGET libmd::md)
  add_library(libmd::md UNKNOWN IMPORTED)
  set_target_properties(libmd::md PROPERTIES
      IMPORTED_LOCATION ${libmd_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${libmd_INCLUDE_DIR})
endif()
