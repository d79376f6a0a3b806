/** @import { Snapshot, Store } from '../store.mjs' */
import { duration, moment } from '../format.mjs';
import { html } from '../lib.mjs';
import { Empty, Section, Waterfall } from '../parts.mjs';
import { bootOf, stopOf } from '../views/boot.mjs';

/** How the boot went, and the stop, if it was watched. @param {{ store: Store, snap: Snapshot }} props */
export function Boot({ snap }) {
  const { plan, status, stops } = snap;
  if (plan === undefined || status === undefined) return null;
  const { steps, critical, totalMs } = bootOf(plan, status);
  const stop = stopOf(stops);
  return html` <header class="page-head">
      <div>
        <h2>Boot</h2>
        <p class="muted">
          ${status.bootedAt === undefined ? 'The boot is not decided yet.' : `Decided ${moment(status.bootedAt)}, after ${duration(totalMs)}.`}
        </p>
      </div>
    </header>
    ${critical.length === 0 ? null : html`<p class="path"><strong>Critical path</strong> ${critical.join(' → ')}</p>`}
    <${Waterfall} steps=${steps} totalMs=${totalMs} label="The boot, in start order" />
    <${Section} title="Stop">
      ${
        stop.steps.length === 0
          ? html`<${Empty}
              >A stop is drawn here while it goes on; it has
              ${status.state === 'stopping' ? 'just begun' : 'not begun'}.<//
            >`
          : html`<p class="muted">${status.shutdownReason ?? ''} ${duration(stop.totalMs)} so far.</p>
              <${Waterfall} steps=${stop.steps} totalMs=${stop.totalMs} label="The stop, in its order" />`
      }
    <//>`;
}
