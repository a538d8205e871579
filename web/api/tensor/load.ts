import { isNode } from '../node.ts';
import type { LoadOptions, TensorEngineInfo } from './engine.ts';
import { matmul, ones } from './operations.ts';
import { engine, start, tidy } from './tensor.ts';

/** Enough for every thread to get a part. */
const side = 256;

/**
 * Starts the engine, once for a page, worker or program: call it before anything else. A second call
 * gives the same.
 */
export async function load(options: LoadOptions = {}): Promise<TensorEngineInfo> {
  const info = await start(options);
  // Node's begin without the program's rest.
  if (info.threads > 1 && !isNode)
    await engine().startThreads(() =>
      tidy(() => void matmul(ones([side, side]), ones([side, side]))),
    );
  return info;
}
