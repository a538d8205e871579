# Builds libzip as a part of odin, with zlib as its only dependency. It is the one dependency that
# is compiled and that users of the installed package link to, so it is installed with odin's
# libraries.
function(odin_fetch_libzip)
  odin_fetch(libzip
      https://github.com/nih-at/libzip/releases/download/v1.11.4/libzip-1.11.4.tar.xz
      8a247f57d1e3e6f6d11413b12a6f28a9d388de110adc0ec608d893180ed7097b)
  if(NOT libzip_SOURCE_DIR)
    return()
  endif()

  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)  # its options take the values set here
  foreach(option IN ITEMS BUILD_SHARED_LIBS LIBZIP_DO_INSTALL
      ENABLE_COMMONCRYPTO ENABLE_GNUTLS ENABLE_MBEDTLS ENABLE_OPENSSL
      ENABLE_BZIP2 ENABLE_LZMA ENABLE_ZSTD
      BUILD_TOOLS BUILD_REGRESS BUILD_OSSFUZZ BUILD_EXAMPLES BUILD_DOC)
    set(${option} OFF)
  endforeach()
  add_subdirectory(${libzip_SOURCE_DIR} ${libzip_BINARY_DIR} EXCLUDE_FROM_ALL)

  # Warnings in its header are not ours.
  set_target_properties(zip PROPERTIES
      UNITY_BUILD OFF
      INTERFACE_SYSTEM_INCLUDE_DIRECTORIES $<BUILD_INTERFACE:${libzip_SOURCE_DIR}/lib>)
  odin_install(TARGETS zip EXPORT odinTargets)
endfunction()
