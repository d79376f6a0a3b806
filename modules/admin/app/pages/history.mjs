/** @import { RunRecord } from 'daemonry' */
/** @import { Snapshot, Store } from '../store.mjs' */
import { addressOf, changeFilter } from '../address.mjs';
import { get } from '../api.mjs';
import { fieldTime, instantBefore } from '../format.mjs';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../lib.mjs';
import { Empty, Trouble } from '../parts.mjs';
import { isShared } from '../views/cluster.mjs';
import { ActionDialog } from './action.mjs';
import { RunTable } from './runs.mjs';

const PAGE = 100;
const MOST_AT_ONCE = 1_000;
const OUTCOMES = ['succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'lost'];

/** @typedef {{ readonly listener: string, readonly task: string, readonly outcome: string, readonly from: string, readonly to: string }} Wanted An empty text is any. */
/** @typedef {{ readonly runs: readonly RunRecord[], readonly next: string | undefined, readonly isOff: boolean }} Found */
/** @typedef {{ readonly of: string, readonly found: Found | undefined, readonly error: Error | undefined }} Answered */

/** Searches the runs of this session and of earlier ones; the address says for what. @param {{ store: Store, snap: Snapshot, query: URLSearchParams }} props */
export function History({ store, snap, query }) {
  const [again, setAgain] = useState(/** @type {RunRecord | undefined} */ (undefined));
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  const { status } = snap;
  const mayOperate = snap.operator?.may.includes('operate') === true;
  const wanted = wantedBy(query);
  // The cluster has the runs of a task that is shared, also where this process keeps none.
  const hasHistory =
    snap.about?.keeps.history === true || isShared(status?.listeners.find(({ name }) => name === wanted.listener));
  const { found, error, readAgain, readOlder } = useFound(wanted, hasHistory, snap.acts);
  useLayoutEffect(() => {
    const [from, to] = [wanted.from, wanted.to].map((text) => instantBefore(text, store.now()));
    if (from !== wanted.from || to !== wanted.to) changeFilter({ from: from ?? '', to: to ?? '' });
  }, [wanted.from, wanted.to]);
  // The fields say what is shown, also after Back and after a link to the same page.
  useLayoutEffect(() => form.current?.reset(), [JSON.stringify(wanted)]);

  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const written = writtenIn(/** @type {HTMLFormElement} */ (event.currentTarget), wanted);
    if (JSON.stringify(written) === JSON.stringify(wanted)) readAgain();
    else location.hash = addressOf('history', written);
  };
  const names = status?.listeners.filter(({ tasks }) => tasks.length > 0).map(({ name }) => name) ?? [];
  const outcomes =
    wanted.outcome === '' || OUTCOMES.includes(wanted.outcome) ? OUTCOMES : [...OUTCOMES, wanted.outcome];
  return html` <header class="page-head">
      <div>
        <h2>History</h2>
        <p class="muted">Every run that is kept, the newest first.</p>
      </div>
    </header>
    <form class="tools search" ref=${form} onSubmit=${submit} role="search">
      <label class="select"
        >Listener
        <input name="listener" list="names" defaultValue=${wanted.listener} placeholder="any" autocomplete="off"
      /></label>
      <datalist id="names">${names.map((name) => html`<option key=${name} value=${name}></option>`)}</datalist>
      <label class="select"
        >Task <input name="task" defaultValue=${wanted.task} placeholder="any" autocomplete="off"
      /></label>
      <label class="select"
        >Outcome
        <select name="outcome">
          <option value="" defaultSelected=${wanted.outcome === ''}>any</option>
          ${outcomes.map((each) => html`<option key=${each} value=${each} defaultSelected=${each === wanted.outcome}>${each.replaceAll('_', ' ')}</option>`)}
        </select></label
      >
      <label class="select"
        >From <input name="from" type="datetime-local" step="1" defaultValue=${fieldTime(wanted.from)}
      /></label>
      <label class="select"
        >To <input name="to" type="datetime-local" step="1" defaultValue=${fieldTime(wanted.to)}
      /></label>
      <button class="primary">Search</button>
    </form>
    <${Trouble} error=${error} />
    ${found === undefined && error === undefined ? html`<p class="empty" role="status">Reading the runs …</p>` : null}
    ${found?.isOff === true ? html`<p class="banner">No history is kept: set <code>history: { keep: '30d' }</code>. ${wanted.listener === '' ? 'Name a listener to see its runs of this session.' : 'These are the runs of this session.'}</p>` : null}
    ${found?.runs.length === 0 && !(found.isOff && wanted.listener === '') ? html`<${Empty}>No run fits.<//>` : null}
    ${found === undefined || found.runs.length === 0 ? null : html`<${RunTable} runs=${found.runs} now=${store.now()} withListener onAgain=${mayOperate ? setAgain : undefined} />`}
    ${found?.next === undefined ? null : html`<p><button onClick=${readOlder}>Show older runs</button></p>`}
    ${
      again === undefined
        ? null
        : html`<${ActionDialog}
            action="trigger"
            listener=${again.listener}
            tasks=${tasksOf(snap, again.listener)}
            task=${again.task}
            onClose=${() => {
              setAgain(undefined);
              readAgain();
            }}
          />`
    }`;
}

/** @param {Snapshot} snap @param {string} listener */
const tasksOf = ({ status }, listener) =>
  status?.listeners.find(({ name }) => name === listener)?.tasks.map(({ name }) => name) ?? [];

/** @param {URLSearchParams} query @returns {Wanted} */
function wantedBy(query) {
  /** @param {string} name */
  const field = (name) => query.get(name)?.trim() ?? '';
  return {
    listener: field('listener'),
    task: field('task'),
    outcome: field('outcome'),
    from: field('from'),
    to: field('to'),
  };
}

/** The fields of the form; an instant that was not changed stays as exact as the address has it. @param {HTMLFormElement} form @param {Wanted} before @returns {Wanted} */
function writtenIn(form, before) {
  const data = new FormData(form);
  /** @param {string} name */
  const field = (name) => String(data.get(name) ?? '').trim();
  /** @param {'from' | 'to'} name */
  const instant = (name) => {
    const text = field(name);
    if (text === '') return '';
    const at = new Date(text);
    return at.getTime() === Date.parse(fieldTime(before[name])) ? before[name] : at.toISOString();
  };
  return {
    listener: field('listener'),
    task: field('task'),
    outcome: field('outcome'),
    from: instant('from'),
    to: instant('to'),
  };
}

/**
 * The runs that are wanted, read anew when that changes. The answer to an earlier question is never shown.
 *
 * @param {Wanted} wanted
 * @param {boolean} hasHistory
 * @param {number} acts
 */
function useFound(wanted, hasHistory, acts) {
  const key = JSON.stringify([wanted, hasHistory]);
  const asked = useRef(0);
  const [answered, setAnswered] = useState(/** @type {Answered} */ ({ of: '', found: undefined, error: undefined }));
  const { found, error } = answered.of === key ? answered : { found: undefined, error: undefined };

  /** @param {(page: Found) => Found} placed @param {string | undefined} cursor @param {number} limit */
  const read = async (placed, cursor, limit) => {
    const question = ++asked.current;
    /** @param {Answered} answer */
    const answer = (answer) => {
      if (question === asked.current) setAnswered(answer);
    };
    try {
      const page = hasHistory ? await search(wanted, cursor, limit) : await searchSession(wanted);
      answer({ of: key, found: placed(page), error: undefined });
    } catch (refused) {
      answer({ of: key, found, error: /** @type {Error} */ (refused) });
    }
  };
  // As many as are shown, so that who has read on keeps their place.
  const limit = Math.min(Math.max(PAGE, found?.runs.length ?? 0), MOST_AT_ONCE);
  const readAgain = () => void read((page) => withOlder(page, found), undefined, limit);
  const readOlder = () =>
    void read((page) => ({ ...page, runs: [...(found?.runs ?? []), ...page.runs] }), found?.next, PAGE);
  useEffect(readAgain, [key, acts]);
  return { found, error, readAgain, readOlder };
}

/** The newest page, with the older runs that were shown below it. @param {Found} page @param {Found | undefined} shown @returns {Found} */
function withOlder(page, shown) {
  const last = page.runs.at(-1)?.runId;
  const place = shown?.runs.findIndex(({ runId }) => runId === last) ?? -1;
  if (shown === undefined || place === -1 || page.next === undefined) return page;
  return { ...shown, runs: [...page.runs, ...shown.runs.slice(place + 1)] };
}

/**
 * @param {Wanted} wanted
 * @param {string | undefined} before
 * @param {number} limit
 * @returns {Promise<Found>}
 */
async function search(wanted, before, limit) {
  const { runs, next } = /** @type {{ runs: readonly RunRecord[], next?: string }} */ (
    await get('api/history', { ...wanted, before, limit })
  );
  return { runs, next, isOff: false };
}

/** The runs of this session, where no history is kept. @param {Wanted} wanted @returns {Promise<Found>} */
async function searchSession({ listener, task, outcome, from, to }) {
  if (outcome !== '' && !OUTCOMES.includes(outcome)) {
    throw new Error(`"outcome" must be one of ${OUTCOMES.join(', ')}, not "${outcome}".`);
  }
  const odd = [from, to].find((instant) => instant !== '' && Number.isNaN(Date.parse(instant)));
  if (odd !== undefined)
    throw new Error(`"from" and "to" must be instants such as 2030-01-31T08:00:00Z, not "${odd}".`);
  if (listener === '') return { runs: [], next: undefined, isOff: true };
  const runs = /** @type {readonly RunRecord[]} */ (await get('api/runs', { listener, task, limit: MOST_AT_ONCE }));
  const fitting = runs.filter(
    (run) =>
      (outcome === '' || run.outcome === outcome) &&
      (from === '' || Date.parse(run.scheduledAt) >= Date.parse(from)) &&
      (to === '' || Date.parse(run.scheduledAt) <= Date.parse(to)),
  );
  return { runs: fitting.reverse(), next: undefined, isOff: true };
}
