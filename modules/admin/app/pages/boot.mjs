/** @import { SavedTimeline } from 'daemonry' */
/** @import { Boot as BootOfRun } from '../../AdminRoutes' */
/** @import { Snapshot, Store } from '../store.mjs' */
/** @import { Step } from '../views/boot.mjs' */
import { get } from '../api.mjs';
import { counted, duration, moment } from '../format.mjs';
import { html } from '../lib.mjs';
import { Empty, Section, Trouble, useRead, Waterfall } from '../parts.mjs';
import { bootOf, savedStopOf, stopOf } from '../views/boot.mjs';

/** How the boot went, and the stop that goes on, or that of the run before. @param {{ store: Store, snap: Snapshot }} props */
export function Boot({ snap }) {
  const { plan, status, stops } = snap;
  const last = useRead(
    () => /** @type {Promise<{ readonly run?: SavedTimeline }>} */ (get('admin/api/last-run')),
    [status?.sessionId],
  );
  const kept = useRead(
    () => /** @type {Promise<{ readonly boot?: BootOfRun }>} */ (get('admin/api/boot')),
    [status?.sessionId, status?.bootedAt],
  );
  if (plan === undefined || status === undefined) return null;
  const boot = kept.value?.boot?.bootedAt === status.bootedAt ? kept.value?.boot : undefined;
  if (status.bootedAt !== undefined && kept.value === undefined && kept.error === undefined) return null;
  const { steps, critical, totalMs } = bootOf(plan, boot ?? status);
  const stop = stopOf(stops);
  return html` <header class="page-head">
      <div>
        <h2>Boot</h2>
        <p class="muted">
          ${status.bootedAt === undefined ? 'The boot is not decided yet.' : `Decided ${moment(status.bootedAt)}, after ${duration(totalMs)}.`}
        </p>
      </div>
    </header>
    ${
      boot !== undefined || status.bootedAt === undefined
        ? null
        : html`<p class="banner">
            The dashboard was started after the boot, so that this is how each listener was started last: a restart
            since then is in it.
          </p>`
    }
    ${critical.length === 0 ? null : html`<p class="path"><strong>Critical path</strong> ${pathText(steps, totalMs)}</p>`}
    <${Waterfall} steps=${steps} totalMs=${totalMs} label="The boot, in start order" />
    <${Section} title=${stop.steps.length === 0 ? 'The last stop' : 'The stop'}>
      ${
        stop.steps.length > 0
          ? html`<p class="muted">${status.shutdownReason ?? ''} ${duration(stop.totalMs)} so far.</p>
              <${Waterfall} steps=${stop.steps} totalMs=${stop.totalMs} label="The stop, in its order" />`
          : html`<${LastStop} run=${last.value?.run} isRead=${last.value !== undefined} />`
      }
    <//>
    <${Trouble} error=${kept.error ?? last.error} />`;
}

/** How the run before this one ended. @param {{ run: SavedTimeline | undefined, isRead: boolean }} props */
function LastStop({ run, isRead }) {
  if (!isRead) return null;
  if (run === undefined) {
    return html`<${Empty}
      >No earlier run is known. A stop is drawn here while it goes on, and, with a state database, after the next
      start.<//
    >`;
  }
  if (run.stop === undefined) {
    return html`<p class="banner">
      The run before this one, which began ${moment(run.boot.began)}, did not stop: its process was ended from outside.
    </p>`;
  }
  const { reason = '', began, ended } = run.stop;
  const { steps, totalMs } = savedStopOf(run.stop);
  return html`<p class="muted">
      ${reason === '' ? '' : `${reason} · `}${moment(began)}, in ${duration(ended - began)}.
    </p>
    <${Waterfall} steps=${steps} totalMs=${totalMs} label="The last stop, in its order" />`;
}

/** The listeners that the boot had to wait for, without those that took less than a hundredth of it. @param {readonly Step[]} steps @param {number} totalMs */
function pathText(steps, totalMs) {
  const critical = steps.filter((step) => step.critical);
  const long = critical.filter(({ ms }) => ms >= totalMs / 100);
  const rest = critical.length - long.length;
  const others = rest === 0 ? '' : `, and ${counted(rest, 'other')} that took less than 1 % each`;
  return `${long.map(({ name, ms }) => `${name} ${duration(ms)}`).join(' → ')}${others}`;
}
