/**
 * Tensors, gradients and training in JavaScript: a synchronous interface to odin's own engine, for
 * Node.js, workers and, on one thread, pages. web/docs/tensor.md explains it.
 *
 *   import { load, tensor, nn, optim } from 'odin-ood/tensor';
 *   await load();
 */
export * from './detector.ts';
export type { LoadOptions, TensorEngineInfo } from './engine.ts';
export * from './files.ts';
export * from './fit.ts';
export { load } from './load.ts';
export { tensor, variable, type TensorOptions } from './make.ts';
export * as nn from './layers.ts';
export * from './operations.ts';
export * as optim from './optim.ts';
export type { DType, Padding, Size } from './types.ts';
export {
  grad,
  keep,
  manualSeed,
  memory,
  noGrad,
  operation,
  tape,
  tapeGraphviz,
  tapeText,
  Tensor,
  tidy,
  type GradOptions,
  type Nested,
  type OwnOperation,
  type RuleContext,
  type TapeNode,
  type TypedArray,
} from './tensor.ts';
