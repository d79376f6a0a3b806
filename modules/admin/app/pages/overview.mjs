/** @import { Snapshot, Store } from '../store.mjs' */
/** @import { Filter, Finding, Row, Sort } from '../views/overview.mjs' */
import { changeFilter, wordOf } from '../address.mjs';
import { count, duration, moment } from '../format.mjs';
import { html, useEffect, useState } from '../lib.mjs';
import { Empty, LaneView, ListenerLink, Names, Section, Sign, useMedia, Virtual, When } from '../parts.mjs';
import { ticksOf } from '../views/chart.mjs';
import { intentsOf, pauseOfAll } from '../views/intents.mjs';
import { attentionOf, filterCounts, rowsOf } from '../views/overview.mjs';
import { totalsOf, withBlocker } from '../views/state.mjs';
import { ActionDialog } from './action.mjs';
import { Intents } from './intents.mjs';

const HOURS = [0.25, 1, 6, 24];
/** @param {number} hours */
const hoursText = (hours) => (hours < 1 ? `${hours * 60} min` : `${hours} h`);

/** @type {readonly (readonly [Filter, string])[]} */
const FILTERS = [
  ['all', 'All'],
  ['attention', 'Attention'],
  ['running', 'Running'],
  ['paused', 'Paused'],
  ['off', 'Off'],
];
/** @type {readonly (readonly [Sort, string])[]} */
const SORTS = [
  ['problems', 'Problems first'],
  ['name', 'Name'],
  ['next', 'Next due'],
  ['last', 'Last run'],
];

/** How the application is, what needs attention, and its listeners over time. @param {{ store: Store, snap: Snapshot, query: URLSearchParams }} props */
export function Overview({ store, snap, query }) {
  useEffect(() => {
    store.wantTimeline(true);
    return () => store.wantTimeline(false);
  }, [store]);
  const { status, health, operation } = snap;
  if (status === undefined) return null;
  const now = store.now();
  return html`
    <h2 class="hidden">Overview</h2>
    <${Figures} status=${status} />
    <${Attention} findings=${attentionOf(status, health, now, operation?.standstills.newest)} />
    <${Intents} store=${store} all=${intentsOf(operation?.intents ?? [], status.bootedAt, now)} now=${now} />
    <${Listeners} store=${store} snap=${snap} query=${query} now=${now} />
    <${Watch} snap=${snap} />
  `;
}

/** @param {{ status: NonNullable<Snapshot['status']> }} props */
function Figures({ status }) {
  const totals = totalsOf(status.listeners);
  const counts = filterCounts(status);
  const figures = [
    ['running', `${count(counts.running)} of ${count(status.listeners.length)}`, ''],
    ['need attention', count(counts.attention), counts.attention > 0 ? 'bad' : ''],
    ['paused', count(counts.paused), ''],
    ['runs', count(totals.runs), ''],
    ['failed runs', count(totals.failed), totals.failed > 0 ? 'bad' : ''],
    ['skipped', count(totals.skipped), ''],
    ['missed', count(totals.missed), totals.missed > 0 ? 'warn' : ''],
  ];
  return html`<dl class="figures">
    ${figures.map(
      ([name, value, tone]) =>
        html`<div key=${name} class=${tone === '' ? '' : `tone-${tone}`}>
          <dt>${name}</dt>
          <dd class="num">${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** Says what watches over the application, and what is kept of it. @param {{ snap: Snapshot }} props */
function Watch({ snap: { operation, about, status } }) {
  if (operation === undefined) return null;
  const { watchdog, standstills } = operation;
  const port = watchdog?.port === undefined ? '' : `, /livez on port ${watchdog.port}`;
  const times = standstills.count === 0 ? 'none' : count(standstills.count);
  const writes = status?.stateWriteErrors;
  const facts = [
    [
      'Watchdog',
      watchdog === undefined
        ? 'off'
        : `after ${duration(watchdog.afterMs)}${port} · standstills since the start: ${times}`,
    ],
    ['History', about?.keeps.history === true ? 'kept' : 'this session only'],
    ['Audit log', about?.keeps.audit === true ? 'kept' : 'off'],
    ['State', writes === undefined ? 'none' : writes === 0 ? 'written' : `${count(writes)} statements failed`],
  ];
  return html`<dl class="watch">
    ${facts.map(
      ([name, text]) =>
        html`<div key=${name}>
          <dt>${name}</dt>
          <dd>${text}</dd>
        </div>`,
    )}
  </dl>`;
}

const MOST_FINDINGS = 8;

/** @param {{ findings: readonly Finding[] }} props */
function Attention({ findings }) {
  const [all, setAll] = useState(false);
  if (findings.length === 0) return html`<p class="calm"><${Sign} tone="ok" word="Nothing needs attention" /></p>`;
  const shown = all ? findings : findings.slice(0, MOST_FINDINGS);
  const rest = findings.length - shown.length;
  return html`<${Section} title="Needs attention">
    <ul class="findings">
      ${shown.map(
        ({ tone, listener, title, detail, when, about = [] }) =>
          html`<li key=${`${listener ?? ''} ${title} ${detail}`}>
            <${Sign} tone=${tone} />
            <div>
              <p>
                ${listener === undefined ? null : html`<${ListenerLink} name=${listener} />`} ${title}
                <span class="muted when">${when}</span>
              </p>
              ${detail === '' ? null : html`<p class="detail">${detail}</p>`}
              ${about.length === 0 ? null : html`<p class="muted"><${Names} names=${about} /></p>`}
            </div>
          </li>`,
      )}
    </ul>
    ${rest === 0 ? null : html`<button class="quiet" onClick=${() => setAll(true)}>Show ${rest} more</button>`}
  <//>`;
}

/** Pauses the whole application, or ends that. @param {{ store: Store, snap: Snapshot }} props */
function PauseAll({ store, snap: { operation, operator, status } }) {
  const [action, setAction] = useState(/** @type {'pause' | 'resume' | undefined} */ (undefined));
  if (operator?.may.includes('operate') !== true) return null;
  const isPaused = pauseOfAll(intentsOf(operation?.intents ?? [], status?.bootedAt, store.now())) !== undefined;
  return html`
    <button onClick=${() => setAction(isPaused ? 'resume' : 'pause')}>${isPaused ? 'Resume all' : 'Pause all'}</button>
    ${action === undefined ? null : html`<${ActionDialog} action=${action} listener=${undefined} tasks=${[]} onClose=${() => setAction(undefined)} />`}
  `;
}

/** @param {{ store: Store, snap: Snapshot, query: URLSearchParams, now: number }} props */
function Listeners({ store, snap, query, now }) {
  const search = query.get('search') ?? '';
  const filter = wordOf(query, 'filter', ['all', 'attention', 'running', 'paused', 'off']);
  const sort = wordOf(query, 'sort', ['problems', 'name', 'next', 'last']);
  const isNarrow = useMedia('(max-width: 759px)');
  const { status, timeline, hours } = snap;
  if (status === undefined) return null;
  const rows = rowsOf(status, timeline?.lanes ?? [], { search, filter, sort, now });
  const counts = filterCounts(status);
  const to = timeline === undefined ? now : Date.parse(timeline.to);
  const from = timeline === undefined ? now - hours * 3_600_000 : Date.parse(timeline.from);
  return html`<${Section}
    title="Listeners"
    extra=${html`<${PauseAll} store=${store} snap=${snap} />
      <div class="chips" role="group" aria-label="Length of the timeline">
        ${HOURS.map((each) => html`<button key=${each} aria-pressed=${each === hours} onClick=${() => store.show(each)}>${hoursText(each)}</button>`)}
      </div>`}
  >
    <div class="tools">
      <input
        type="search"
        aria-label="Search listeners"
        placeholder="Search listeners"
        value=${search}
        onInput=${(/** @type {InputEvent} */ event) => changeFilter({ search: /** @type {HTMLInputElement} */ (event.target).value })}
      />
      <div class="chips" role="group" aria-label="Filter by state">
        ${FILTERS.map(([each, text]) => html`<button key=${each} aria-pressed=${each === filter} onClick=${() => changeFilter({ filter: each === 'all' ? '' : each })}>${text} <span class="num">${counts[each]}</span></button>`)}
      </div>
      <label class="select"
        >Sort
        <select
          value=${sort}
          onChange=${(/** @type {Event} */ event) => changeFilter({ sort: /** @type {HTMLSelectElement} */ (event.target).value })}
        >
          ${SORTS.map(([each, text]) => html`<option key=${each} value=${each}>${text}</option>`)}
        </select></label
      >
    </div>
    <div class="grid" role="table" aria-label="Listeners" aria-rowcount=${rows.length + 1}>
      <div role="rowgroup">
        <div class="row head" role="row" aria-rowindex="1">
          <span role="columnheader">Listener</span>
          <span role="columnheader" class="schedule">Schedule</span>
          <span role="columnheader" class="axis"
            ><span class="hidden">Runs since ${moment(from, now)}</span
            >${ticksOf(from, to, 6).map(({ at, text }) => html`<span key=${text} aria-hidden="true" style=${{ left: `${at * 100}%` }}>${text}</span>`)}</span
          >
          <span role="columnheader" class="last">Last run</span>
          <span role="columnheader" class="next">Next due</span>
        </div>
      </div>
      <${Virtual} rows=${rows} height=${isNarrow ? 68 : 36}>
        ${(/** @type {Row} */ row, /** @type {number} */ index) => html`<${ListenerRow} key=${row.name} row=${row} index=${index} from=${from} length=${to - from} now=${now} />`}
      <//>
    </div>
    ${
      rows.length === 0
        ? html`<${Empty}
            >No listener fits.
            <button class="quiet" onClick=${() => changeFilter({ search: '', filter: '' })}>Show all</button><//
          >`
        : null
    }
    <${Legend} partial=${timeline?.partial === true} />
  <//>`;
}

/** @param {{ row: Row, index: number, from: number, length: number, now: number }} props */
function ListenerRow({ row, index, from, length, now }) {
  return html`<div class="row" role="row" aria-rowindex=${index + 2}>
    <span role="cell" class="who"
      ><${Sign} tone=${row.tone} /><${ListenerLink}
        name=${row.name}
      />${row.word === 'running' ? html`<span class="hidden">running</span>` : html`<span class=${`word tone-${row.tone}`}>${withBlocker(row.word, row.blockedBy)}</span>`}</span
    >
    <span role="cell" class="schedule muted">${row.schedule}</span>
    <span role="cell" class="runs"
      ><${LaneView} bars=${row.bars} from=${from} length=${length} name=${row.name}
    /></span>
    <span role="cell" class="last num"
      >${row.last === '' ? html`<span class="muted">–</span>` : html`<span class=${row.lastTone === 'ok' ? 'muted' : `tone-${row.lastTone}`}>${row.last}</span> ${row.took}`}</span
    >
    <span role="cell" class="next num"><${When} at=${row.nextDue} now=${now} /></span>
  </div>`;
}

const KINDS = ['succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'missed', 'running'];

/** @param {{ partial: boolean }} props */
const Legend = ({ partial }) =>
  html`<p class="legend muted">
    ${KINDS.map(
      (kind) =>
        html`<span key=${kind}
          ><svg viewBox="0 0 10 10" aria-hidden="true"><path class=${`bar-${kind}`} d="M1 1h8v8h-8z" /></svg
          >${kind.replaceAll('_', ' ')}</span
        >`,
    )}
    ${partial ? html`<span>There are more runs than are drawn: choose a shorter time.</span>` : null}
  </p>`;
