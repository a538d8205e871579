import { render } from 'preact';
import '../styles/tokens.css';
import '../styles/base.css';
import './bench.css';
import { fromFragment } from '../state/codec.ts';
import { lang, state, theme } from '../state/state.ts';
import { Bench } from './Bench.tsx';
import { benchStrings } from './strings.ts';

// Language and theme come with the link from the page.
state.value = fromFragment(location.hash);
document.documentElement.lang = lang.value;
document.documentElement.dataset['theme'] = theme.value;
document.title = benchStrings[lang.value].title;
render(<Bench />, document.getElementById('app')!);
