/** @import { Snapshot, Store } from '../store.mjs' */
import { changeFilter, wordOf } from '../address.mjs';
import { get } from '../api.mjs';
import { moment, valueText } from '../format.mjs';
import { html } from '../lib.mjs';
import { Empty, Trouble, useRead } from '../parts.mjs';

/** @typedef {{ readonly sequence: number, readonly at: string, readonly type: string, readonly source: string, readonly details: Readonly<Record<string, unknown>> }} AuditEvent */

const LIMITS = /** @type {const} */ (['100', '500', '1000']);

/** The newest events of the audit log. @param {{ store: Store, snap: Snapshot, query: URLSearchParams }} props */
export function Audit({ store, snap, query }) {
  const limit = wordOf(query, 'limit', LIMITS);
  const search = query.get('search') ?? '';
  const isKept = snap.about?.keeps.audit === true;
  const { value, error } = useRead(
    () =>
      /** @type {Promise<{ events: readonly AuditEvent[] }>} */ (
        isKept ? get('api/audit', { limit }) : Promise.resolve({ events: [] })
      ),
    [limit, snap.acts],
  );
  if (!isKept) {
    return html`<h2>Audit</h2>
      <${Empty}>There is no audit log: list <code>auditLogModule()</code> among the modules.<//>`;
  }
  const wanted = search.trim().toLowerCase();
  const events = [...(value?.events ?? [])]
    .reverse()
    .filter((event) => wanted === '' || JSON.stringify(event).toLowerCase().includes(wanted));
  return html` <header class="page-head">
      <div>
        <h2>Audit</h2>
        <p class="muted">What was done and decided, the newest first.</p>
      </div>
    </header>
    <div class="tools">
      <input
        type="search"
        aria-label="Search the audit log"
        placeholder="Search"
        value=${search}
        onInput=${(/** @type {InputEvent} */ event) => changeFilter({ search: /** @type {HTMLInputElement} */ (event.target).value })}
      />
      <label class="select"
        >Newest
        <select
          value=${limit}
          onChange=${(/** @type {Event} */ event) => changeFilter({ limit: /** @type {HTMLSelectElement} */ (event.target).value })}
        >
          ${LIMITS.map((each) => html`<option key=${each}>${each}</option>`)}
        </select></label
      >
    </div>
    <${Trouble} error=${error} />
    ${value !== undefined && events.length === 0 ? html`<${Empty}>No event fits.<//>` : null}
    <div class="scroll" tabindex="0" role="region" aria-label="Audit log">
      <table class="audit">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Event</th>
            <th scope="col">By</th>
            <th scope="col">Details</th>
          </tr>
        </thead>
        <tbody>
          ${events.map(({ sequence, at, type, source, details }) => {
            const { by, ...rest } = details;
            return html`<tr key=${sequence}>
              <td class="num"><time datetime=${at} title=${at}>${moment(at, store.now())}</time></td>
              <td class="name">${type}</td>
              <td>${by === undefined ? html`<span class="muted">${source}</span>` : String(by)}</td>
              <td class="details">
                ${Object.entries(rest).map(([name, each]) => html`<span key=${name}><span class="muted">${name}</span> ${valueText(each)}</span>`)}
              </td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
}
