# CUDA, for tensor/backend/cuda alone.
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 80 90)  # A100; H100 and H200; later ones translate the last for themselves
endif()
find_program(ODIN_NVCC nvcc HINTS ENV CUDA_PATH PATHS /usr/local/cuda/bin)
if(ODIN_NVCC AND NOT DEFINED CMAKE_CUDA_COMPILER)
  set(CMAKE_CUDA_COMPILER ${ODIN_NVCC})
endif()
enable_language(CUDA)
if(NOT DEFINED CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake 3.25 does not know it yet
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
  set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
endif()
set(CMAKE_CUDA_RUNTIME_LIBRARY None)  # tensor links CUDA::cudart, which find_package() knows where to find
find_package(CUDAToolkit 12.4 REQUIRED)
find_library(ODIN_CUDNN NAMES cudnn libcudnn.so.9 HINTS ${CUDAToolkit_LIBRARY_DIR} ${CUDNN_PATH} ENV CUDNN_PATH PATH_SUFFIXES lib lib64)
find_path(ODIN_CUDNN_INCLUDE cudnn.h HINTS ${CUDAToolkit_INCLUDE_DIRS} ${CUDNN_PATH} ENV CUDNN_PATH PATH_SUFFIXES include)
if(NOT ODIN_CUDNN OR NOT ODIN_CUDNN_INCLUDE)
  message(FATAL_ERROR "ODIN_CUDA: cuDNN 9 was not found; install it or set CUDNN_PATH to its folder")
endif()
