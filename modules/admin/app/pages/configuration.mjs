/** @import { PlannedValue } from 'daemonry' */
/** @import { Snapshot, Store } from '../store.mjs' */
import { get } from '../api.mjs';
import { valueText } from '../format.mjs';
import { html, useState } from '../lib.mjs';
import { Empty, Section, Trouble, useRead } from '../parts.mjs';

const MOST = 600;

/** @typedef {{ readonly level: string, readonly listeners: readonly { readonly name: string, readonly level: string }[] }} Levels */

/** The effective values of the configuration, and where each comes from. @param {{ store: Store, snap: Snapshot }} props */
export function Configuration({ snap }) {
  const [search, setSearch] = useState('');
  const [onlySet, setOnlySet] = useState(false);
  const config = useRead(
    () => /** @type {Promise<{ values: readonly PlannedValue[] }>} */ (get('api/config')),
    [snap.acts],
  );
  const levels = useRead(() => /** @type {Promise<Levels>} */ (get('api/loggers')), [snap.acts]);
  const wanted = search.trim().toLowerCase();
  const values = (config.value?.values ?? []).filter(
    ({ path, value, origin }) =>
      (!onlySet || (origin !== 'default' && origin !== 'decorator')) &&
      (wanted === '' || `${path} ${valueText(value)} ${origin}`.toLowerCase().includes(wanted)),
  );
  const own = levels.value?.listeners.filter(({ level }) => level !== levels.value?.level) ?? [];
  return html` <header class="page-head">
      <div>
        <h2>Configuration</h2>
        <p class="muted">The values that hold, and where each comes from. Secrets are redacted.</p>
      </div>
    </header>
    <div class="tools">
      <input
        type="search"
        aria-label="Search the configuration"
        placeholder="Search"
        value=${search}
        onInput=${(/** @type {InputEvent} */ event) => setSearch(/** @type {HTMLInputElement} */ (event.target).value)}
      />
      <label class="check"
        ><input type="checkbox" checked=${onlySet} onChange=${() => setOnlySet(!onlySet)} /> Only what somebody has
        set</label
      >
    </div>
    <${Trouble} error=${config.error ?? levels.error} />
    ${config.value !== undefined && values.length === 0 ? html`<${Empty}>No value fits.<//>` : null}
    <div class="scroll" tabindex="0" role="region" aria-label="Configuration">
      <table class="config">
        <thead>
          <tr>
            <th scope="col">Path</th>
            <th scope="col">Value</th>
            <th scope="col">Origin</th>
          </tr>
        </thead>
        <tbody>
          ${values.slice(0, MOST).map(
            ({ path, value, origin }) =>
              html`<tr key=${path}>
                <td class="name">${path}</td>
                <td class="value">${valueText(value)}</td>
                <td class=${origin === 'default' ? 'muted' : ''}>${origin}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${values.length > MOST ? html`<p class="muted">${MOST} of ${values.length}: search to see others.</p>` : null}
    <${Section} title="Log levels">
      <p>
        ${levels.value?.level ?? ''}${own.length === 0 ? html`<span class="muted">, for every listener</span>` : null}
      </p>
      ${
        own.length === 0
          ? null
          : html`<ul class="plain">
              ${own.map(({ name, level }) => html`<li key=${name}>${name} <span class="muted">${level}</span></li>`)}
            </ul>`
      }
    <//>`;
}
