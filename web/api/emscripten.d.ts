// The modules that Emscripten makes and CMake leaves in dist.
declare module '*/odin-scalar.js' {
  const factory: import('./modules.ts').Factory;
  export default factory;
}
declare module '*/odin-simd.js' {
  const factory: import('./modules.ts').Factory;
  export default factory;
}
declare module '*/odin-simd-threads.js' {
  const factory: import('./modules.ts').Factory;
  export default factory;
}
declare module '*/odin-relaxed-threads.js' {
  const factory: import('./modules.ts').Factory;
  export default factory;
}
declare module '*/odin-full-scalar.js' {
  const factory: import('./modules.ts').Factory;
  export default factory;
}
declare module '*/odin-full-simd.js' {
  const factory: import('./modules.ts').Factory;
  export default factory;
}
declare module '*/odin-full-simd-threads.js' {
  const factory: import('./modules.ts').Factory;
  export default factory;
}
declare module '*/odin-full-relaxed-threads.js' {
  const factory: import('./modules.ts').Factory;
  export default factory;
}
