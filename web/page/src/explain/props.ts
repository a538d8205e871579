import type { Model, Odin, Planes } from '../../../api/types.ts';
import type { ComponentChildren } from 'preact';
import type { Lang } from '../state/langs.ts';

/** What the shell hands to the tab "How it works". */
export interface ExplainProps {
  /** null while the engine is starting, or when it could not. */
  odin: Odin | null;
  /** null while the model is loading, or when it could not. */
  model: Model | null;
  /** As the network sees it; null before the first. */
  picture: Planes | null;
  /** For people, in the page's language. */
  pictureName: string;
  temperature: number;
  epsilon: number;
  theme: 'light' | 'dark';
  lang: Lang;
  /** The autodiff sandbox's part of the address, in its own notation; null before it is used. */
  sandbox: string | null;
  onSandboxChange(value: string): void;
  /** Names of classes in the page's language. */
  classNames: readonly string[];
  /** What comes before all details. */
  children?: ComponentChildren;
}
