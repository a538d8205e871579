import { useEffect, useState } from 'preact/hooks';
import { strings } from '../i18n/index.ts';

type Tab = () => preact.VNode | null;

/** The code of each is fetched when its tab is first opened, so that it delays nothing before. */
const loaders = {
  teach: () => import('../teach/index.tsx'),
  play: () => import('../play/index.tsx'),
};

export type OtherTab = keyof typeof loaders;

export function OtherTabPanel({ tab }: { tab: OtherTab }) {
  const [found, setFound] = useState<{ tab: OtherTab; Shown: Tab } | null>(null);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    loaders[tab]().then(
      (module) => setFound({ tab, Shown: module.default as Tab }),
      () => setFailed(true),
    );
  }, [tab]);
  if (hasFailed) return <p class="problem">{strings.value.problems.howFailed}</p>;
  if (found?.tab !== tab) return <p class="hint">{strings.value.how.loading}</p>;
  return <found.Shown />;
}
