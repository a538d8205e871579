import type { Model, Odin } from '../../../api/types.ts';
import type { Lang } from '../i18n/index.ts';

/** What the shell hands to the tab "How it works". */
export interface ExplainProps {
  /** null while the engine is starting, or when it could not. */
  odin: Odin | null;
  /** null while the model is loading, or when it could not. */
  model: Model | null;
  /** As the network sees it, [3,32,32] in [0,1]; null before the first. */
  picture: Float32Array | null;
  /** For people, in the page's language. */
  pictureName: string;
  temperature: number;
  epsilon: number;
  theme: 'light' | 'dark';
  lang: Lang;
  /** The sandbox's state as it stands in the link under key `x`; null where there is none. */
  sandbox: string | null;
  onSandboxChange: (text: string) => void;
}
