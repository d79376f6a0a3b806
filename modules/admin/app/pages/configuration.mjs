/** @import { PlannedValue } from 'daemonry' */
/** @import { Snapshot, Store } from '../store.mjs' */
import { changeFilter } from '../address.mjs';
import { get } from '../api.mjs';
import { relative, valueText } from '../format.mjs';
import { html } from '../lib.mjs';
import { Empty, ListenerLink, Section, Trouble, useRead, ValueTable } from '../parts.mjs';

const MOST = 600;

/** @typedef {{ readonly by: string, readonly reason: string, readonly since: string, readonly until?: string }} SetBy */
/** @typedef {{ readonly level: string, readonly origin: string, readonly operator?: SetBy }} Level */
/** @typedef {Level & { readonly listeners: readonly (Level & { readonly name: string })[] }} Levels */

/** The effective values of the configuration, and where each comes from. @param {{ store: Store, snap: Snapshot, query: URLSearchParams }} props */
export function Configuration({ store, snap, query }) {
  const search = query.get('search') ?? '';
  const onlySet = query.has('set');
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
  const own =
    levels.value?.listeners.filter(
      ({ origin, level }) => level !== levels.value?.level || origin !== levels.value.origin,
    ) ?? [];
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
        onInput=${(/** @type {InputEvent} */ event) => changeFilter({ search: /** @type {HTMLInputElement} */ (event.target).value })}
      />
      <label class="check"
        ><input type="checkbox" checked=${onlySet} onChange=${() => changeFilter({ set: onlySet ? '' : 'yes' })} /> Only
        what somebody has set</label
      >
    </div>
    <${Trouble} error=${config.error ?? levels.error} />
    ${config.value !== undefined && values.length === 0 ? html`<${Empty}>No value fits.<//>` : null}
    <${ValueTable} values=${values.slice(0, MOST)} first="Path" label="Configuration" />
    ${values.length > MOST ? html`<p class="muted">${MOST} of ${values.length}: search to see others.</p>` : null}
    <${Section} title="Log levels">
      <p>
        ${levels.value?.level ?? ''}
        <span class="muted"
          >${own.length === 0 ? 'for every listener' : 'for the others'}, ${levelText(levels.value, store.now())}</span
        >
      </p>
      ${
        own.length === 0
          ? null
          : html`<ul class="plain">
              ${own.map((each) => html`<li key=${each.name}><${ListenerLink} name=${each.name} /> ${each.level} <span class="muted">${levelText(each, store.now())}</span></li>`)}
            </ul>`
      }
    <//>`;
}

/** Where a level comes from: its origin, or the operator who set it. @param {Level | undefined} level @param {number} now */
function levelText(level, now) {
  if (level?.operator === undefined) return level?.origin ?? '';
  const { by, reason, since, until } = level.operator;
  return `set by ${by} ${relative(since, now)}: ${reason}${until === undefined ? '' : `, ends ${relative(until, now)}`}`;
}
