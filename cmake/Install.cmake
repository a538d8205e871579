# The packages that find_package(odin) and pkg-config find.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/odin)

# What is loaded late, users of the package do not link.
get_property(late_targets GLOBAL PROPERTY odin_late_targets)
set(links_zip OFF)
if(ODIN_TORCH_ZIP AND NOT "libzip::zip" IN_LIST late_targets)
  set(links_zip ON)
endif()
set(links_archive OFF)
if(ODIN_TAR AND NOT "LibArchive::LibArchive" IN_LIST late_targets)
  set(links_archive ON)
endif()

install(EXPORT odinTargets NAMESPACE odin:: DESTINATION ${package_dir})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/odinConfig.cmake.in
    ${PROJECT_BINARY_DIR}/odinConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/odinConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/odinConfig.cmake ${PROJECT_BINARY_DIR}/odinConfigVersion.cmake
              ${CMAKE_CURRENT_LIST_DIR}/Findlibzip.cmake ${CMAKE_CURRENT_LIST_DIR}/FindWebP.cmake
              ${CMAKE_CURRENT_LIST_DIR}/Findlibmd.cmake
        DESTINATION ${package_dir})

# For pkg-config, relative to the files themselves, so that the prefix can be moved.
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH to_prefix ${CMAKE_INSTALL_PREFIX}/${pkgconfig_dir} ${CMAKE_INSTALL_PREFIX})
if(NOT ODIN_TORCH_ZIP)
  set(zip_library "")
elseif(NOT links_zip)
  set(zip_library "${CMAKE_DL_LIBS}")
  list(TRANSFORM zip_library PREPEND " -l")
elseif(ODIN_ZIP_PACKAGE STREQUAL libzip)
  set(zip_library " -lzip")
else()
  set(zip_library " -lzip -lz")
endif()
set(packages odin-cxx)
if(ODIN_C_LIBRARY)
  list(APPEND packages odin)
endif()
foreach(package IN LISTS packages)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${package}.pc.in ${PROJECT_BINARY_DIR}/${package}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${package}.pc DESTINATION ${pkgconfig_dir})
endforeach()

if(PROJECT_IS_TOP_LEVEL AND ODIN_BUILD_NATIVE)
  include(${CMAKE_CURRENT_LIST_DIR}/Package.cmake)
endif()
