# The package that find_package(odin) finds.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/odin)

install(EXPORT odinTargets NAMESPACE odin:: DESTINATION ${package_dir})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/odinConfig.cmake.in
    ${PROJECT_BINARY_DIR}/odinConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/odinConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/odinConfig.cmake ${PROJECT_BINARY_DIR}/odinConfigVersion.cmake
              ${CMAKE_CURRENT_LIST_DIR}/Findlibzip.cmake ${CMAKE_CURRENT_LIST_DIR}/FindWebP.cmake
        DESTINATION ${package_dir})
