/** @import { Snapshot, Store } from '../store.mjs' */
/** @import { Step } from '../views/boot.mjs' */
import { counted, duration, moment } from '../format.mjs';
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
    ${critical.length === 0 ? null : html`<p class="path"><strong>Critical path</strong> ${pathText(steps, totalMs)}</p>`}
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

/** The listeners that the boot had to wait for, without those that took less than a hundredth of it. @param {readonly Step[]} steps @param {number} totalMs */
function pathText(steps, totalMs) {
  const critical = steps.filter((step) => step.critical);
  const long = critical.filter(({ ms }) => ms >= totalMs / 100);
  const rest = critical.length - long.length;
  const others = rest === 0 ? '' : `, and ${counted(rest, 'other')} that took less than 1 % each`;
  return `${long.map(({ name, ms }) => `${name} ${duration(ms)}`).join(' → ')}${others}`;
}
