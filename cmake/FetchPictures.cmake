# Builds zlib and the libraries that read pictures (libjpeg-turbo, libpng, libwebp) as parts of odin, of
# their sources only what it takes to read pictures and to write PNG, and to be small: without their
# programs and without assembler. They are the targets that find_package() would have made: ZLIB::ZLIB,
# JPEG::JPEG, PNG::PNG, WebP::webp and WebP::webpdemux.
enable_language(C)

# odin_c_library(odin_png AS PNG::PNG FROM directory SOURCES file... INCLUDE directory...)
function(odin_c_library target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "AS;FROM" "SOURCES;INCLUDE")
  list(TRANSFORM arg_SOURCES PREPEND ${arg_FROM}/)
  add_library(${target} STATIC EXCLUDE_FROM_ALL ${arg_SOURCES})
  # As if it were imported, so that neither odin's package nor libzip's has to install it.
  add_library(${arg_AS} INTERFACE IMPORTED GLOBAL)
  target_link_libraries(${arg_AS} INTERFACE ${target})
  target_include_directories(${target} SYSTEM PUBLIC "$<BUILD_INTERFACE:${arg_INCLUDE}>")
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  target_compile_options(${target} PRIVATE -w)  # warnings in it are not ours
endfunction()

function(odin_fetch_zlib)
  odin_fetch(zlib https://github.com/madler/zlib/releases/download/v1.3.1/zlib-1.3.1.tar.gz
      9a93b2b7dfdac77ceba5a558a580e74667dd6fede4585b91eefb60f03b72df23)
  if(NOT zlib_SOURCE_DIR)
    return()
  endif()
  odin_c_library(odin_zlib AS ZLIB::ZLIB FROM ${zlib_SOURCE_DIR} INCLUDE ${zlib_SOURCE_DIR}
      SOURCES adler32.c compress.c crc32.c deflate.c inffast.c inflate.c inftrees.c trees.c uncompr.c zutil.c)
  # For libzip's find_package(ZLIB).
  set(ZLIB_INCLUDE_DIR ${zlib_SOURCE_DIR} PARENT_SCOPE)
  set(ZLIB_LIBRARY odin_zlib PARENT_SCOPE)
endfunction()

function(odin_fetch_jpeg)
  odin_fetch(libjpeg-turbo
      https://downloads.sourceforge.net/project/libjpeg-turbo/2.1.5.1/libjpeg-turbo-2.1.5.1.tar.gz
      2fdc3feb6e9deb17adec9bafa3321419aa19f8f4e5dea7bf8486844ca22207bf)
  if(NOT libjpeg-turbo_SOURCE_DIR)
    return()
  endif()

  set(from ${libjpeg-turbo_SOURCE_DIR})
  set(made ${CMAKE_BINARY_DIR}/_deps/libjpeg-turbo-config)
  set(JPEG_LIB_VERSION 62)
  set(VERSION 2.1.5)
  set(LIBJPEG_TURBO_VERSION_NUMBER 2001005)
  set(BITS_IN_JSAMPLE 8)
  set(D_ARITH_CODING_SUPPORTED 1)
  set(MEM_SRCDST_SUPPORTED 1)
  set(INLINE "inline __attribute__((always_inline))")
  set(THREAD_LOCAL __thread)
  set(SIZE_T ${CMAKE_SIZEOF_VOID_P})
  if(NOT WIN32)  # whose long is of 4 bytes
    set(HAVE_BUILTIN_CTZL 1)
  endif()
  foreach(header IN ITEMS jconfig jconfigint jversion)
    configure_file(${from}/${header}.h.in ${made}/${header}.h)
  endforeach()
  # Its own settings can only be changed in a copy.
  file(GLOB files ${from}/j*.c ${from}/j*.h)
  list(FILTER files EXCLUDE REGEX "/jmorecfg\\.h$")
  file(COPY ${files} DESTINATION ${made})
  file(READ ${from}/jmorecfg.h config)
  foreach(unused IN ITEMS DCT_FLOAT DCT_IFAST QUANT_1PASS QUANT_2PASS UPSAMPLE_MERGING)
    string(REPLACE "#define ${unused}_SUPPORTED" "#undef ${unused}_SUPPORTED" config "${config}")
  endforeach()
  file(CONFIGURE OUTPUT ${made}/jmorecfg.h CONTENT "${config}" @ONLY)
  odin_c_library(odin_jpeg AS JPEG::JPEG FROM ${made} INCLUDE ${made}
      SOURCES jaricom.c jcomapi.c jdapimin.c jdapistd.c jdarith.c jdatasrc.c jdcoefct.c jdcolor.c jddctmgr.c
              jdhuff.c jdinput.c jdmainct.c jdmarker.c jdmaster.c jdphuff.c jdpostct.c jdsample.c jerror.c
              jidctint.c jidctred.c jmemmgr.c jmemnobs.c jsimd_none.c jutils.c)
  target_compile_definitions(odin_jpeg PRIVATE NO_GETENV NO_PUTENV)
  set_source_files_properties(${made}/jdcolor.c ${made}/jdhuff.c ${made}/jdsample.c ${made}/jidctint.c
                              PROPERTIES COMPILE_OPTIONS -O2)  # where the time goes
endfunction()

function(odin_fetch_png)
  odin_fetch(libpng https://downloads.sourceforge.net/project/libpng/libpng16/1.6.58/libpng-1.6.58.tar.xz
      28eb403f51f0f7405249132cecfe82ea5c0ef97f1b32c5a65828814ae0d34775)
  if(NOT libpng_SOURCE_DIR)
    return()
  endif()

  set(made ${CMAKE_BINARY_DIR}/_deps/libpng-config)
  file(READ ${libpng_SOURCE_DIR}/scripts/pnglibconf.h.prebuilt config)
  foreach(unused IN ITEMS SIMPLIFIED_READ SIMPLIFIED_READ_AFIRST SIMPLIFIED_READ_BGR PROGRESSIVE_READ
      READ_ALPHA_MODE READ_BACKGROUND READ_GAMMA READ_QUANTIZE READ_RGB_TO_GRAY
      READ_COMPRESSED_TEXT READ_TEXT READ_iTXt READ_tEXt READ_zTXt
      READ_bKGD READ_hIST READ_oFFs READ_pCAL READ_pHYs READ_sBIT READ_sCAL READ_sPLT READ_tIME)
    string(REPLACE "#define PNG_${unused}_SUPPORTED\n" "" config "${config}")
  endforeach()
  file(CONFIGURE OUTPUT ${made}/pnglibconf.h CONTENT "${config}" @ONLY)
  odin_c_library(odin_png AS PNG::PNG FROM ${libpng_SOURCE_DIR} INCLUDE ${made} ${libpng_SOURCE_DIR}
      SOURCES png.c pngerror.c pngget.c pngmem.c pngpread.c pngread.c pngrio.c pngrtran.c pngrutil.c pngset.c
              pngtrans.c pngwio.c pngwrite.c pngwtran.c pngwutil.c)
  target_compile_definitions(odin_png PRIVATE PNG_ARM_NEON_OPT=0)
  target_link_libraries(odin_png PUBLIC ZLIB::ZLIB)
endfunction()

function(odin_fetch_webp)
  odin_fetch(libwebp
      https://storage.googleapis.com/downloads.webmproject.org/releases/webp/libwebp-1.3.2.tar.gz
      2a499607df669e40258e53d0ade8035ba4ec0175244869d1025d460562aa09b4)
  if(NOT libwebp_SOURCE_DIR)
    return()
  endif()

  set(dsp alpha_processing dec filters lossless rescaler upsampling yuv)
  list(TRANSFORM dsp REPLACE ".+" "src/dsp/\\0.c;src/dsp/\\0_sse2.c;src/dsp/\\0_neon.c")
  odin_c_library(odin_webp AS WebP::webp FROM ${libwebp_SOURCE_DIR} INCLUDE ${libwebp_SOURCE_DIR}/src
      SOURCES src/dec/alpha_dec.c src/dec/buffer_dec.c src/dec/frame_dec.c src/dec/idec_dec.c src/dec/io_dec.c
              src/dec/quant_dec.c src/dec/tree_dec.c src/dec/vp8_dec.c src/dec/vp8l_dec.c src/dec/webp_dec.c
              ${dsp} src/dsp/cpu.c src/dsp/dec_clip_tables.c
              src/utils/bit_reader_utils.c src/utils/color_cache_utils.c src/utils/filters_utils.c
              src/utils/huffman_utils.c src/utils/quant_levels_dec_utils.c src/utils/random_utils.c
              src/utils/rescaler_utils.c src/utils/thread_utils.c src/utils/utils.c)
  target_include_directories(odin_webp PRIVATE ${libwebp_SOURCE_DIR})
  odin_c_library(odin_webpdemux AS WebP::webpdemux FROM ${libwebp_SOURCE_DIR} SOURCES src/demux/demux.c)
  target_include_directories(odin_webpdemux PRIVATE ${libwebp_SOURCE_DIR})
  target_link_libraries(odin_webpdemux PUBLIC WebP::webp)
endfunction()

odin_fetch_zlib()
odin_fetch_jpeg()
odin_fetch_png()
odin_fetch_webp()
