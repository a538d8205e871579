import { render } from 'preact';
import './styles/tokens.css';

render(<p>odin</p>, document.getElementById('app')!);
