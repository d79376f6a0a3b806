/** @import { ListenerStatus, PlannedListener, PlannedValue, RunRecord } from 'daemonry' */
/** @import { Snapshot, Store } from '../store.mjs' */
/** @import { ShownIntent } from '../views/intents.mjs' */
import { changeFilter, wordOf } from '../address.mjs';
import { get } from '../api.mjs';
import { moment } from '../format.mjs';
import { html, useState } from '../lib.mjs';
import { Empty, ListenerLink, Section, Sign, Trouble, useRead, ValueTable } from '../parts.mjs';
import {
  actionsOf,
  dueText,
  failingSince,
  neighboursOf,
  optionsOf,
  runsOf,
  runsThatFit,
  sourceOf,
} from '../views/listener.mjs';
import { intentsFor, intentsOf } from '../views/intents.mjs';
import { heldUp, isPaused, toneOfListener, wordOfListener } from '../views/state.mjs';
import { ActionDialog, ACTION_NAMES } from './action.mjs';
import { DeadLetters, Holder } from './cluster.mjs';
import { ListenerFacts } from './listenerFacts.mjs';
import { DurationChart } from './durationChart.mjs';
import { readLastSuccesses, readRuns, RunTable } from './runs.mjs';

const MOST_RUNS = 200;

/** Everything about one listener. @param {{ store: Store, snap: Snapshot, name: string, query: URLSearchParams }} props */
export function ListenerPage({ store, snap, name, query }) {
  const listener = snap.status?.listeners.find((each) => each.name === name);
  const planned = snap.plan?.listeners.find((each) => each.name === name);
  const newest = listener?.tasks
    .map(
      ({ lastRun, cluster }) =>
        `${lastRun?.runId ?? ''}${lastRun?.outcome ?? ''}${cluster?.newestRecorded ?? ''}${cluster?.holder ?? ''}`,
    )
    .join();
  const runs = useRead(() => readRuns(listener, snap.about?.keeps.history === true), [name, newest, snap.acts]);
  const due = useRead(
    () =>
      /** @type {Promise<readonly { task: string, due: readonly string[] }[]>} */ (
        listener === undefined ? Promise.resolve([]) : get('admin/api/due', { listener: name })
      ),
    [name, newest, snap.acts],
  );
  // More failures than are read: the history knows the success before them.
  const unknown = (listener?.tasks ?? [])
    .filter(
      (task) =>
        failingSince(runsOf(runs.value?.runs ?? [], task))?.isLeast === true && task.lastSuccessAt === undefined,
    )
    .map((task) => task.name);
  const successes = useRead(
    () => readLastSuccesses(name, snap.about?.keeps.history === true ? unknown : []),
    [name, unknown.join(), snap.status?.sessionId],
  );
  const config = useRead(
    () => /** @type {Promise<{ values: readonly PlannedValue[] }>} */ (get('api/config')),
    [snap.acts],
  );
  if (listener === undefined || planned === undefined || snap.plan === undefined) {
    return html`<${Empty}>There is no listener "${name}". <a href="#/">Go to the overview</a>.<//>`;
  }
  const now = store.now();
  const intents = intentsFor(
    intentsOf(snap.operation?.intents ?? [], snap.status?.bootedAt, now),
    name,
    isPaused(listener),
  );
  return html`
    <${Head} store=${store} listener=${listener} planned=${planned} intents=${intents} />
    <${ListenerFacts}
      listener=${listener}
      holds=${heldUp(snap.status?.listeners ?? []).get(name) ?? []}
      intents=${intents}
      runs=${runs.value?.runs ?? []}
      successes=${successes.value ?? {}}
      now=${now}
    />
    <${DeadLetters} store=${store} listener=${listener} now=${now} />
    ${listener.tasks.length === 0 ? null : html`<${Tasks} listener=${listener} due=${due.value ?? []} now=${now} />`}
    <${Trouble} error=${runs.error ?? runs.value?.away ?? due.error ?? config.error} />
    ${listener.tasks.length === 0 ? null : html`<${Runs} runs=${runs.value?.runs ?? []} tasks=${listener.tasks.map((task) => task.name)} query=${query} now=${now} />`}
    <div class="two">
      <${Neighbours} ...${neighboursOf(snap.plan, name)} />
      <${Options} options=${optionsOf(config.value?.values ?? [], name)} />
    </div>
  `;
}

/** @param {{ store: Store, listener: ListenerStatus, planned: PlannedListener, intents: readonly ShownIntent[] }} props */
function Head({ store, listener, planned, intents }) {
  const [action, setAction] = useState(/** @type {keyof typeof ACTION_NAMES | undefined} */ (undefined));
  const actions = actionsOf(listener, intents);
  const mayOperate = store.snapshot.operator?.may.includes('operate') === true;
  return html`<header class="page-head">
    <div>
      <p class="crumb"><a href="#/">Overview</a></p>
      <h2>${listener.name} <${Sign} tone=${toneOfListener(listener)} word=${wordOfListener(listener)} /></h2>
      <p class="muted source">${planned.kind} · ${planned.className} · ${sourceOf(planned)}</p>
    </div>
    ${
      mayOperate
        ? html`<div class="actions" role="group" aria-label="Actions">
            ${actions.map((each) => html`<button key=${each === 'resume' && !actions.includes('pause') ? 'pause' : each} class=${each === 'trigger' ? 'primary' : ''} onClick=${() => setAction(each)}>${ACTION_NAMES[each]}</button>`)}
          </div>`
        : html`<p class="muted">You may look, and change nothing.</p>`
    }
    ${action === undefined ? null : html`<${ActionDialog} action=${action} listener=${listener.name} tasks=${listener.tasks.map(({ name }) => name)} onClose=${() => setAction(undefined)} />`}
  </header>`;
}

/** @param {{ listener: ListenerStatus, due: readonly { task: string, due: readonly string[] }[], now: number }} props */
function Tasks({ listener, due, now }) {
  return html`<${Section} title="Schedule">
    <ul class="tasks">
      ${listener.tasks.map((task) => {
        const next = due.find((each) => each.task === task.name)?.due ?? [];
        const { succeeded, failed, timed_out: late, skipped, missed } = task.counters;
        const known = dueText(task, listener.blockedBy, next.length);
        return html`<li key=${task.name}>
          <h3>
            ${task.name}
            <span class="muted">${task.schedule}</span
            >${task.paused ? html` <${Sign} tone="paused" word="paused" />` : null}
          </h3>
          ${task.cluster === undefined ? null : html`<p class="muted"><${Holder} cluster=${task.cluster} now=${now} /></p>`}
          <p class="muted num">
            ${succeeded} succeeded · ${failed} failed · ${late} timed out · ${skipped} skipped · ${missed} missed
          </p>
          ${known === '' ? null : html`<p class=${listener.blockedBy !== undefined && next.length > 0 ? 'tone-warn' : 'muted'}>${known}</p>`}
          ${
            next.length === 0
              ? null
              : html`<ol class="due num" aria-label=${`Next due moments of ${task.name}`}>
                  ${next.map((at) => html`<li key=${at}><time datetime=${at} title=${at}>${moment(at, now)}</time></li>`)}
                </ol>`
          }
        </li>`;
      })}
    </ul>
  <//>`;
}

const OUTCOMES = ['succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'missed', 'running', 'lost'];

/** @param {{ runs: readonly RunRecord[], tasks: readonly string[], query: URLSearchParams, now: number }} props */
function Runs({ runs, tasks, query, now }) {
  const task = wordOf(query, 'task', ['', ...tasks]);
  const outcome = wordOf(query, 'outcome', ['', ...OUTCOMES]);
  const fitting = runsThatFit(runs, { task, outcome });
  /** @param {string} field */
  const onChange = (field) => (/** @type {Event} */ event) =>
    changeFilter({ [field]: /** @type {HTMLSelectElement} */ (event.target).value });
  return html`<${Section}
    title="Runs"
    extra=${html`<div class="tools">
      ${
        tasks.length < 2
          ? null
          : html`<label class="select"
              >Task
              <select value=${task} onChange=${onChange('task')}>
                <option value="">any</option>
                ${tasks.map((each) => html`<option key=${each}>${each}</option>`)}
              </select></label
            >`
      }
      <label class="select"
        >Outcome
        <select value=${outcome} onChange=${onChange('outcome')}>
          <option value="">any</option>
          ${OUTCOMES.map((each) => html`<option key=${each} value=${each}>${each.replaceAll('_', ' ')}</option>`)}
        </select></label
      >
    </div>`}
  >
    <${DurationChart} runs=${fitting} />
    ${fitting.length === 0 ? html`<${Empty}>No run fits.<//>` : html`<${RunTable} runs=${fitting.slice(0, MOST_RUNS)} now=${now} />`}
    ${fitting.length > MOST_RUNS ? html`<p class="muted">The newest ${MOST_RUNS} of ${fitting.length}.</p>` : null}
  <//>`;
}

/** @typedef {ReturnType<typeof neighboursOf>['needs']} Neighbour */

/** @param {{ needs: Neighbour, neededBy: Neighbour }} props */
function Neighbours({ needs, neededBy }) {
  /** @param {string} title @param {Neighbour} list @param {string} none */
  const column = (title, list, none) =>
    html`<h3>${title}</h3>
      ${
        list.length === 0
          ? html`<p class="muted">${none}</p>`
          : html`<ul class="plain">
              ${list.map(({ name, soft, reason }) => html`<li key=${name + reason}><${ListenerLink} name=${name} /> <span class="muted">${reason}${soft ? ', goes on without' : ''}</span></li>`)}
            </ul>`
      }`;
  return html`<${Section} title="Dependencies"
    >${column('Needs', needs, 'No other listener.')}${column('Needed by', neededBy, 'No other listener.')}<//
  >`;
}

/** @param {{ options: ReturnType<typeof optionsOf> }} props */
const Options = ({ options }) =>
  html`<${Section} title="Options"><${ValueTable} values=${options} first="Option" label="Options" /><//>`;
