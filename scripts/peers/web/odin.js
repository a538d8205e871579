import { load } from '/odin/odin.js';
import { options, report, warmUp } from './timing.js';

/** The best build here for several threads; one thread is timed in it too, so that nothing else differs. */
async function bestBuild() {
  const odin = await load({ threads: 2 });
  odin.dispose();
  return odin.info.variant;
}

report(async () => {
  const odin = await load({ variant: await bestBuild(), threads: options.threads });
  const model = await odin.model({ architecture: options.network, size: options.size });
  await warmUp(() => model.bench(options.task, { repeats: 5 }));
  const { milliseconds } = await model.bench(options.task, { repeats: options.repeats });
  const { version, variant } = odin.info;
  return { version: `${version} (${variant})`, times: milliseconds };
});
