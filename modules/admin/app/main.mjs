import { keepFocus } from './focus.mjs';
import { html, render } from './lib.mjs';
import { Shell } from './shell.mjs';
import { Store } from './store.mjs';
import { applyTheme } from './theme.mjs';

applyTheme();
const root = document.getElementById('root');
if (root !== null) {
  const store = new Store();
  root.replaceChildren();
  keepFocus(root);
  render(html`<${Shell} store=${store} />`, root);
  void store.start();
}
