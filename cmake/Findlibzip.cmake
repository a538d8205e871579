# Finds libzip and defines libzip::zip. Debian's own libzip-config.cmake cannot be used: it insists
# on programs that are in other packages.
find_path(libzip_INCLUDE_DIR zip.h)
find_library(libzip_LIBRARY zip)
mark_as_advanced(libzip_INCLUDE_DIR libzip_LIBRARY)

if(EXISTS ${libzip_INCLUDE_DIR}/zipconf.h)
  file(STRINGS ${libzip_INCLUDE_DIR}/zipconf.h version REGEX "^#define LIBZIP_VERSION \"")
  string(REGEX MATCH "[0-9.]+" libzip_VERSION "${version}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(libzip
    REQUIRED_VARS libzip_LIBRARY libzip_INCLUDE_DIR VERSION_VAR libzip_VERSION)

if(libzip_FOUND AND NOT TARGET libzip::zip)
  add_library(libzip::zip UNKNOWN IMPORTED)
  set_target_properties(libzip::zip PROPERTIES
      IMPORTED_LOCATION ${libzip_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${libzip_INCLUDE_DIR})
endif()
