import { load } from '/odin/odin.js';
import { options, report } from './timing.js';

report(async () => {
  const odin = await load({ threads: options.threads });
  const model = await odin.model({ architecture: options.network });
  await model.bench(options.task, { repeats: 5 });
  const { milliseconds } = await model.bench(options.task, { repeats: options.repeats });
  const { version, variant } = odin.info;
  return { version: `${version} (${variant})`, times: milliseconds };
});
