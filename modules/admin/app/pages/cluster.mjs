/** @import { ClusterState, DeadLetter, ListenerStatus, RunRecord } from 'daemonry' */
/** @import { Store } from '../store.mjs' */
import { get } from '../api.mjs';
import { counted } from '../format.mjs';
import { html, useState } from '../lib.mjs';
import { Section, Sign, Trouble, useRead, When } from '../parts.mjs';
import { deadText, processText, runsOfDead, tasksWithDead } from '../views/cluster.mjs';
import { ActionDialog } from './action.mjs';
import { RunTable } from './runs.mjs';

const MOST_DEAD = 100;
/** Milliseconds until they are read again: another process may have dismissed one while another came. */
const AGAIN_MS = 15_000;

/** The process that runs a task or body of cluster scope, since when, and its lease. @param {{ cluster: ClusterState, now: number }} props */
export function Holder({ cluster, now }) {
  const { holder, since, leaseUntil } = cluster;
  const dead = deadText(cluster);
  return html`scope cluster ·
  ${
    holder === undefined
      ? 'free: no process runs it now'
      : html`held by <span title=${holder}>${processText(holder)}</span> since <${When} at=${since} now=${now} />, lease
          ends <${When} at=${leaseUntil} now=${now} />`
  }
  ${dead === '' ? null : html` · <${Sign} tone="warn" word=${dead} />`}`;
}

/**
 * The dead letters of a listener, as the cluster has them. Each can be run again. Nothing where there is none.
 *
 * @param {{ store: Store, listener: ListenerStatus, now: number }} props
 */
export function DeadLetters({ store, listener, now }) {
  const [again, setAgain] = useState(/** @type {RunRecord | undefined} */ (undefined));
  const tasks = tasksWithDead(listener);
  const total = tasks.reduce((sum, { cluster }) => sum + (cluster?.deadLetters ?? 0), 0);
  const names = tasks.map(({ name }) => name);
  const { value: dead = [], error } = useRead(
    () => (total === 0 ? Promise.resolve([]) : readDead(listener.name)),
    [listener.name, total, store.snapshot.acts, Math.floor(now / AGAIN_MS)],
  );
  const [isDismissing, setDismissing] = useState(false);
  const [dismissed, setDismissed] = useState(/** @type {RunRecord | undefined} */ (undefined));
  const mayOperate = store.snapshot.operator?.may.includes('operate') === true;
  if (total === 0) return null;
  return html`<${Section} title="Dead letters">
    <p class="muted">
      ${counted(total, 'due moment')} failed at every start that ${total === 1 ? 'it' : 'each'} may
      have.${dead.length < total && error === undefined ? ` The newest ${dead.length} are shown.` : ''}
    </p>
    <${Trouble} error=${error} />
    ${dead.length === 0 ? null : html`<${RunTable} runs=${dead} now=${now} onAgain=${mayOperate ? setAgain : undefined} onDismiss=${mayOperate ? setDismissed : undefined} label="Dead letters" />`}
    ${mayOperate ? html`<p><button type="button" onClick=${() => setDismissing(true)}>Dismiss all…</button></p>` : null}
    ${isDismissing ? html`<${ActionDialog} action="dismiss" listener=${listener.name} tasks=${names} task=${names[0]} onClose=${() => setDismissing(false)} />` : null}
    ${dismissed === undefined ? null : html`<${ActionDialog} action="dismiss" listener=${listener.name} tasks=${[dismissed.task]} task=${dismissed.task} tickId=${dismissed.tickId} onClose=${() => setDismissed(undefined)} />`}
    ${again === undefined ? null : html`<${ActionDialog} action="trigger" listener=${listener.name} tasks=${[again.task]} task=${again.task} tickId=${again.tickId} onClose=${() => setAgain(undefined)} />`}
  <//>`;
}

/** The newest dead letters of a listener. @param {string} listener */
async function readDead(listener) {
  const query = { listener, limit: MOST_DEAD };
  return runsOfDead(/** @type {readonly DeadLetter[]} */ (await get('api/dead-letters', query)));
}
