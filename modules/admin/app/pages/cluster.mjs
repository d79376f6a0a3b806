/** @import { ClusterState, ListenerStatus, PlannedListener, RunRecord } from 'daemonry' */
/** @import { Store } from '../store.mjs' */
import { get } from '../api.mjs';
import { counted } from '../format.mjs';
import { html, useState } from '../lib.mjs';
import { Section, Sign, Trouble, useRead, When } from '../parts.mjs';
import { deadText, isDead, processText, tasksWithDead, withoutDismissed } from '../views/cluster.mjs';
import { ActionDialog } from './action.mjs';
import { RunTable } from './runs.mjs';

const MOST_DEAD = 100;
const OUTCOMES = ['failed', 'timed_out', 'cancelled', 'lost'];

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
 * The dead letters of a listener, each of which can be run again. Nothing where there is none.
 *
 * @param {{ store: Store, listener: ListenerStatus, planned: PlannedListener, now: number }} props
 */
export function DeadLetters({ store, listener, planned, now }) {
  const [again, setAgain] = useState(/** @type {RunRecord | undefined} */ (undefined));
  const tasks = tasksWithDead(listener);
  const total = tasks.reduce((sum, { cluster }) => sum + (cluster?.deadLetters ?? 0), 0);
  const names = tasks.map(({ name }) => name);
  const { value: known = [], error } = useRead(
    () => readDead(planned, names),
    [listener.name, names.join(), total, store.snapshot.acts],
  );
  const dead = withoutDismissed(known, store.snapshot.operation?.dismissed ?? []);
  const [isDismissing, setDismissing] = useState(false);
  const [dismissed, setDismissed] = useState(/** @type {RunRecord | undefined} */ (undefined));
  const mayOperate = store.snapshot.operator?.may.includes('operate') === true;
  if (total === 0) return null;
  return html`<${Section} title="Dead letters">
    <p class="muted">
      ${counted(total, 'due moment')} failed at every start that ${total === 1 ? 'it' : 'each'} may
      have.${dead.length < total && error === undefined ? ` The newest ${dead.length} are shown.` : ''}${dead.length > total ? ' Among those shown are dismissed ones, whose records stay.' : ''}
    </p>
    <${Trouble} error=${error} />
    ${dead.length === 0 ? null : html`<${RunTable} runs=${dead} now=${now} onAgain=${mayOperate ? setAgain : undefined} onDismiss=${mayOperate ? setDismissed : undefined} label="Dead letters" />`}
    ${mayOperate ? html`<p><button type="button" onClick=${() => setDismissing(true)}>Dismiss all…</button></p>` : null}
    ${isDismissing ? html`<${ActionDialog} store=${store} action="dismiss" listener=${listener.name} tasks=${names} task=${names[0]} onClose=${() => setDismissing(false)} />` : null}
    ${dismissed === undefined ? null : html`<${ActionDialog} store=${store} action="dismiss" listener=${listener.name} tasks=${[dismissed.task]} task=${dismissed.task} tickId=${dismissed.tickId} onClose=${() => setDismissed(undefined)} />`}
    ${again === undefined ? null : html`<${ActionDialog} store=${store} action="trigger" listener=${listener.name} tasks=${listener.tasks.map(({ name }) => name)} task=${again.task} onClose=${() => setAgain(undefined)} />`}
  <//>`;
}

/**
 * The newest dead letters of these tasks, as the cluster has them.
 *
 * @param {PlannedListener} planned
 * @param {readonly string[]} tasks
 */
async function readDead(planned, tasks) {
  const asked = tasks.flatMap((task) => OUTCOMES.map((outcome) => ({ task, outcome })));
  const found = await Promise.all(
    asked.map(
      (query) =>
        /** @type {Promise<{ runs: readonly RunRecord[] }>} */ (
          get('api/history', { listener: planned.name, ...query, limit: MOST_DEAD })
        ),
    ),
  );
  const dead = found.flatMap(({ runs }) => runs).filter((run) => isDead(planned, run));
  return dead.sort((one, other) => other.scheduledAt.localeCompare(one.scheduledAt)).slice(0, MOST_DEAD);
}
