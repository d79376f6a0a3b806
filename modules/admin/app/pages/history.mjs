/** @import { RunRecord } from 'daemonry' */
/** @import { Snapshot, Store } from '../store.mjs' */
import { get } from '../api.mjs';
import { html, useEffect, useState } from '../lib.mjs';
import { Empty, Trouble } from '../parts.mjs';
import { isShared } from '../views/cluster.mjs';
import { ActionDialog } from './action.mjs';
import { RunTable } from './runs.mjs';

const PAGE = 100;
const OUTCOMES = ['succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'lost'];

/** @typedef {{ readonly runs: readonly RunRecord[], readonly next: string | undefined, readonly isOff: boolean }} Found */

/** @type {Found} */
const NOTHING = { runs: [], next: undefined, isOff: false };

/** Searches the runs of this session and of earlier ones. @param {{ store: Store, snap: Snapshot, query: URLSearchParams }} props */
export function History({ store, snap, query }) {
  const [wanted, setWanted] = useState(() => ({
    listener: query.get('listener') ?? '',
    outcome: query.get('outcome') ?? '',
    from: '',
    to: '',
  }));
  const [found, setFound] = useState(NOTHING);
  const [error, setError] = useState(/** @type {Error | undefined} */ (undefined));
  const [again, setAgain] = useState(/** @type {RunRecord | undefined} */ (undefined));
  const { status } = snap;
  const mayOperate = snap.operator?.may.includes('operate') === true;

  // The cluster has the runs of a task that is shared, also where this process keeps none.
  const hasHistory =
    snap.about?.keeps.history === true || isShared(status?.listeners.find(({ name }) => name === wanted.listener));

  /** @param {Found} before @param {string} [cursor] */
  const read = async (before, cursor) => {
    try {
      const page = await search(wanted, hasHistory, cursor);
      setFound({ ...page, runs: [...before.runs, ...page.runs] });
      setError(undefined);
    } catch (refused) {
      setError(/** @type {Error} */ (refused));
    }
  };
  useEffect(() => void read(NOTHING), [wanted, snap.acts]);
  const over = () => {
    setAgain(undefined);
    void read(NOTHING);
  };
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    /** @param {string} name */
    const field = (name) => String(form.get(name) ?? '').trim();
    setWanted({
      listener: field('listener'),
      outcome: field('outcome'),
      from: instantOf(field('from')),
      to: instantOf(field('to')),
    });
  };
  const names = status?.listeners.filter(({ tasks }) => tasks.length > 0).map(({ name }) => name) ?? [];
  return html` <header class="page-head">
      <div>
        <h2>History</h2>
        <p class="muted">Every run that is kept, the newest first.</p>
      </div>
    </header>
    <form class="tools search" onSubmit=${submit} role="search">
      <label class="select"
        >Listener
        <input
          name="listener"
          list="names"
          defaultValue=${query.get('listener') ?? ''}
          placeholder="any"
          autocomplete="off"
      /></label>
      <datalist id="names">${names.map((name) => html`<option key=${name} value=${name}></option>`)}</datalist>
      <label class="select"
        >Outcome
        <select name="outcome">
          <option value="">any</option>
          ${OUTCOMES.map((each) => html`<option key=${each} value=${each} selected=${each === query.get('outcome')}>${each.replaceAll('_', ' ')}</option>`)}
        </select></label
      >
      <label class="select">From <input name="from" type="datetime-local" /></label>
      <label class="select">To <input name="to" type="datetime-local" /></label>
      <button class="primary">Search</button>
    </form>
    <${Trouble} error=${error} />
    ${found.isOff ? html`<p class="banner">No history is kept: set <code>history: { keep: '30d' }</code>. ${wanted.listener === '' ? 'Name a listener to see its runs of this session.' : 'These are the runs of this session.'}</p>` : null}
    ${found.runs.length === 0 && !found.isOff && error === undefined ? html`<${Empty}>No run fits.<//>` : null}
    ${found.runs.length === 0 ? null : html`<${RunTable} runs=${found.runs} now=${store.now()} withListener onAgain=${mayOperate ? setAgain : undefined} />`}
    ${found.next === undefined ? null : html`<p><button onClick=${() => read(found, found.next)}>Show older runs</button></p>`}
    ${again === undefined ? null : html`<${ActionDialog} store=${store} action="trigger" listener=${again.listener} tasks=${tasksOf(snap, again.listener)} task=${again.task} onClose=${over} />`}`;
}

/** @param {Snapshot} snap @param {string} listener */
const tasksOf = ({ status }, listener) =>
  status?.listeners.find(({ name }) => name === listener)?.tasks.map(({ name }) => name) ?? [];

/** The instant of a field of local time. @param {string} text */
const instantOf = (text) => (text === '' ? '' : new Date(text).toISOString());

/**
 * @param {{ listener: string, outcome: string, from: string, to: string }} wanted
 * @param {boolean} hasHistory
 * @param {string} [before]
 * @returns {Promise<Found>}
 */
async function search(wanted, hasHistory, before) {
  if (hasHistory) {
    const { runs, next } = /** @type {{ runs: readonly RunRecord[], next?: string }} */ (
      await get('api/history', { ...wanted, before, limit: PAGE })
    );
    return { runs, next, isOff: false };
  }
  const { listener, outcome, from, to } = wanted;
  if (listener === '') return { ...NOTHING, isOff: true };
  const runs = /** @type {readonly RunRecord[]} */ (await get('api/runs', { listener, limit: 1_000 }));
  const fitting = runs.filter(
    (run) =>
      (outcome === '' || run.outcome === outcome) &&
      (from === '' || run.scheduledAt >= from) &&
      (to === '' || run.scheduledAt <= to),
  );
  return { runs: [...fitting].reverse(), next: undefined, isOff: true };
}
