/** @import { ListenerStatus, RunRecord } from 'daemonry' */
import { get } from '../api.mjs';
import { duration, firstLine, moment } from '../format.mjs';
import { html, useState } from '../lib.mjs';
import { ListenerLink, Sign } from '../parts.mjs';
import { isShared } from '../views/cluster.mjs';
import { errorText } from '../views/listener.mjs';
import { lengthOf, outcomeOf, toneOfOutcome } from '../views/state.mjs';

/** The largest number of runs of a shared task that are read: those of all processes come from the cluster. */
const MOST_SHARED = 200;

/**
 * The runs that are known of a listener: of earlier sessions too, where a history is kept, and of all processes where a task
 * has cluster scope. `away` says why the cluster does not tell.
 *
 * @param {ListenerStatus | undefined} listener
 * @param {boolean} hasHistory
 * @returns {Promise<{ readonly runs: readonly RunRecord[], readonly away: Error | undefined }>}
 */
export async function readRuns(listener, hasHistory) {
  if (listener === undefined) return { runs: [], away: undefined };
  const { name } = listener;
  const shared = listener.tasks.filter(({ cluster }) => cluster !== undefined);
  const [kept, earlier, ...all] = await Promise.all([
    /** @type {Promise<readonly RunRecord[]>} */ (get('api/runs', { listener: name, limit: 1_000 })),
    hasHistory && !isShared(listener) ? readHistory({ listener: name, limit: 1_000 }) : [],
    ...shared.map((task) =>
      readHistory({ listener: name, task: task.name, limit: MOST_SHARED }).catch((/** @type {Error} */ error) => error),
    ),
  ]);
  const elsewhere = all.flatMap((found) => (found instanceof Error ? [] : found));
  // A run in flight is in the history only once it has ended.
  const runs = [...new Map([...elsewhere, ...earlier, ...kept].map((run) => [run.runId, run])).values()];
  return { runs, away: all.find((found) => found instanceof Error) };
}

/**
 * When each of these tasks succeeded last, as the history has it.
 *
 * @param {string} listener
 * @param {readonly string[]} tasks
 * @returns {Promise<Readonly<Record<string, string>>>}
 */
export async function readLastSuccesses(listener, tasks) {
  const found = await Promise.all(tasks.map((task) => readHistory({ listener, task, outcome: 'succeeded', limit: 1 })));
  return Object.fromEntries(found.flat().map((run) => [run.task, run.finishedAt ?? run.scheduledAt]));
}

/** @param {Readonly<Record<string, string | number>>} query */
async function readHistory(query) {
  const { runs } = /** @type {{ runs: readonly RunRecord[] }} */ (await get('api/history', query));
  return runs;
}

/**
 * Runs as a table, the newest first; a row opens to the whole of its error.
 *
 * @param {{ runs: readonly RunRecord[], now: number, withListener?: boolean, onAgain?: ((run: RunRecord) => void) | undefined, onDismiss?: ((run: RunRecord) => void) | undefined, label?: string }} props
 */
export function RunTable({ runs, now, withListener = false, onAgain, onDismiss, label = 'Runs' }) {
  const [open, setOpen] = useState('');
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${label}>
    <table class="runs-table">
      <thead>
        <tr>
          <th scope="col">Due</th>
          ${withListener ? html`<th scope="col">Listener</th>` : null}
          <th scope="col">Task</th>
          <th scope="col">Outcome</th>
          <th scope="col" class="num">Took</th>
          <th scope="col">Trigger</th>
          <th scope="col">What it said</th>
          ${onAgain === undefined ? null : html`<th scope="col"><span class="hidden">Run again</span></th>`}
          ${onDismiss === undefined ? null : html`<th scope="col"><span class="hidden">Dismiss</span></th>`}
        </tr>
      </thead>
      <tbody>
        ${runs.map((run) => {
          const outcome = outcomeOf(run);
          const took = lengthOf(run, now);
          const isOpen = open === run.runId;
          return html`<tr key=${run.runId}>
            <td class="num">
              <time datetime=${run.scheduledAt} title=${run.scheduledAt}>${moment(run.scheduledAt, now)}</time>
            </td>
            ${withListener ? html`<td><${ListenerLink} name=${run.listener} /></td>` : null}
            <td>${run.task}</td>
            <td>
              <${Sign}
                tone=${toneOfOutcome(outcome)}
                word=${outcome.replaceAll('_', ' ')}
              />${run.start === undefined ? null : html` <span class="muted">start ${run.start}</span>`}
            </td>
            <td class="num">${took === undefined ? '' : duration(took)}</td>
            <td class="muted">${run.trigger}</td>
            <td class="said">${saidBy(run, isOpen, () => setOpen(isOpen ? '' : run.runId))}</td>
            ${onAgain === undefined ? null : html`<td><button class="quiet" aria-label=${`Run again: ${run.listener} ${run.task}`} onClick=${() => onAgain(run)}>Run again</button></td>`}
            ${onDismiss === undefined ? null : html`<td><button class="quiet" aria-label=${`Dismiss: ${run.tickId}`} onClick=${() => onDismiss(run)}>Dismiss</button></td>`}
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** @param {RunRecord} run @param {boolean} isOpen @param {() => void} onToggle */
function saidBy({ error, reason, detail, missed }, isOpen, onToggle) {
  if (error !== undefined) {
    return html`<button class="error" aria-expanded=${isOpen} onClick=${onToggle}>
        ${firstLine(`${error.name}: ${error.message}`, 120)}
      </button>
      ${isOpen ? html`<pre class="stack">${errorText(error)}</pre>` : null}`;
  }
  if (missed !== undefined) return `${missed.count} missed, ${moment(missed.from)} to ${moment(missed.to)}`;
  return detail ?? reason ?? '';
}
