import type { ExplainProps } from './props.ts';

export default function ExplainTab(props: ExplainProps) {
  return <p>{props.pictureName}</p>;
}
