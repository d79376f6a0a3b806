/** @import { PlannedValue } from 'daemonry' */
/** @import { ComponentChildren } from 'preact' */
/** @import { Bar } from '../timeline' */
/** @import { Step } from './views/boot.mjs' */
/** @import { Tone } from './views/state.mjs' */
import { Refused } from './api.mjs';
import { duration, moment, relative, valueText } from './format.mjs';
import { html, useEffect, useLayoutEffect, useRef, useState } from './lib.mjs';
import { barAt, LANE, laneText, pathsOf } from './views/chart.mjs';

/** A shape for each tone, so that colour is not all that tells them apart. @type {Readonly<Record<Tone, string>>} */
const SHAPES = {
  ok: 'M6 1.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9z',
  busy: 'M6 1.5a4.5 4.5 0 0 1 0 9z M6 1.5a4.5 4.5 0 1 0 0 9V9.2a3.2 3.2 0 1 1 0-6.4z',
  warn: 'M6 .8L11.6 10.8H.4z',
  bad: 'M6 .3L11.7 6L6 11.7L.3 6z',
  paused: 'M2 1.5h3v9H2zM7 1.5h3v9H7z',
  off: 'M6 1.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9zM6 3a3 3 0 1 0 0 6a3 3 0 1 0 0-6z',
};

/** A state as sign and word. @param {{ tone: Tone, word?: string }} props */
export function Sign({ tone, word }) {
  return html`<span class="sign tone-${tone}">
    <svg viewBox="0 0 12 12" aria-hidden="true"><path fill-rule="evenodd" d=${SHAPES[tone]} /></svg>
    ${word === undefined ? null : html`<span>${word}</span>`}
  </span>`;
}

/** An instant as people read it, with the exact one as a tooltip. @param {{ at: string | undefined, now: number }} props */
export function When({ at, now }) {
  if (at === undefined) return html`<span class="muted">–</span>`;
  return html`<time datetime=${at} title=${`${moment(at)} (${at})`}>${relative(at, now)}</time>`;
}

/** The address of the page of a listener. @param {string} name */
export const pageOf = (name) => `#/listeners/${encodeURIComponent(name)}`;

/** A link to the page of a listener. @param {{ name: string }} props */
export const ListenerLink = ({ name }) => html`<a class="name" href=${pageOf(name)}>${name}</a>`;

const MOST_NAMES = 20;

/** Links to the pages of listeners, of which the first are shown. @param {{ names: readonly string[] }} props */
export const Names = ({ names }) =>
  html`${names.slice(0, MOST_NAMES).map((name, index) => html`${index === 0 ? '' : ', '}<${ListenerLink} key=${name} name=${name} />`)}${names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''}`;

/** The runs of a listener as bars. @param {{ bars: readonly Bar[], from: number, length: number, name: string }} props */
export function LaneView({ bars, from, length, name }) {
  const [tip, setTip] = useState(/** @type {{ text: string, left: number } | undefined} */ (undefined));
  /** @param {MouseEvent} event */
  const onMove = (event) => {
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * length;
    const bar = barAt(bars, at, (length / box.width) * 6);
    if (bar === undefined) return setTip(undefined);
    const [begin, end, kind, count] = bar;
    const several = count > 1 ? `${count} × ` : '';
    const text = `${moment(from + begin)} · ${several}${kind.replaceAll('_', ' ')} · ${duration(end - begin)}`;
    setTip({ text, left: Math.min(event.clientX - box.left, box.width - 40) });
  };
  return html`<div class="lane" onMouseMove=${onMove} onMouseLeave=${() => setTip(undefined)}>
    <svg
      viewBox="0 0 ${LANE.width} ${LANE.height}"
      preserveAspectRatio="none"
      role="img"
      aria-label=${`Runs of ${name}: ${laneText(bars)}`}
    >
      ${pathsOf(bars, length).map(({ kind, d }) => html`<path key=${kind} class="bar-${kind}" d=${d} />`)}
    </svg>
    ${tip === undefined ? null : html`<span class="tip" style=${{ left: `${tip.left}px` }}>${tip.text}</span>`}
  </div>`;
}

/**
 * Rows of one height, of which only those in sight are in the document.
 *
 * @template T
 * @param {{ rows: readonly T[], height: number, children: unknown }} props Its one child is a function of a row and its index.
 */
export function Virtual({ rows, height, children }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [range, setRange] = useState({ first: 0, last: 60 });
  useLayoutEffect(() => {
    const look = () => {
      const top = -(box.current?.getBoundingClientRect().top ?? 0);
      const first = Math.max(0, Math.floor(top / height) - 12);
      const last = Math.ceil((top + window.innerHeight) / height) + 12;
      setRange((old) => (old.first === first && old.last === last ? old : { first, last }));
    };
    look();
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [height, rows.length]);
  const shown = rows.slice(range.first, range.last);
  const draw = /** @type {(row: T, index: number) => ComponentChildren} */ (
    [children].flat().find((child) => typeof child === 'function')
  );
  return html`<div ref=${box} class="virtual" role="rowgroup" style=${{ height: `${rows.length * height}px` }}>
    <div style=${{ transform: `translateY(${range.first * height}px)` }}>
      ${shown.map((row, index) => draw(row, range.first + index))}
    </div>
  </div>`;
}

/** True while the window fits the media query. @param {string} query */
export function useMedia(query) {
  const [fits, setFits] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const look = () => setFits(list.matches);
    look();
    list.addEventListener('change', look);
    return () => list.removeEventListener('change', look);
  }, [query]);
  return fits;
}

/**
 * Listeners over time: when each began, and how long it took.
 *
 * @param {{ steps: readonly Step[], totalMs: number, label: string }} props
 */
export function Waterfall({ steps, totalMs, label }) {
  const length = Math.max(1, totalMs);
  return html`<ol class="waterfall" aria-label=${label}>
    ${steps.map(
      ({ name, tone, word, from, ms, critical, note }) =>
        html`<li key=${name} class=${critical ? 'critical' : ''}>
          <span class="what"><${Sign} tone=${tone} /><${ListenerLink} name=${name} /></span>
          <span class="track">
            ${
              from === undefined
                ? html`<span class="note">${word}${note === '' ? '' : `: ${note}`}</span>`
                : html`<span
                    class="span"
                    style=${{ left: `${(from / length) * 100}%`, width: `${Math.max(0.3, (ms / length) * 100)}%` }}
                  ></span>`
            }
          </span>
          <span class="ms num"
            >${from === undefined ? '' : duration(ms)}${critical ? html`<span class="hidden">, on the critical path</span>` : null}</span
          >
        </li>`,
    )}
  </ol>`;
}

/**
 * Values with their origins.
 *
 * @param {{ values: readonly PlannedValue[], first: string, label: string }} props `first` is the heading of the paths.
 */
export const ValueTable = ({ values, first, label }) =>
  html`<div class="scroll" tabindex="0" role="region" aria-label=${label}>
    <table class="config">
      <thead>
        <tr>
          <th scope="col">${first}</th>
          <th scope="col">Value</th>
          <th scope="col">Origin</th>
        </tr>
      </thead>
      <tbody>
        ${values.map(
          ({ path, value, origin }) =>
            html`<tr key=${path}>
              <td class="name">${path}</td>
              <td class="value">${valueText(value)}</td>
              <td class=${origin === 'default' ? 'muted' : ''}>${origin}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** Says that there is nothing, and why. @param {{ children?: ComponentChildren }} props */
export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

/** A part of a page with its heading. @param {{ title: string, extra?: ComponentChildren, children?: ComponentChildren, id?: string }} props */
export function Section({ title, extra, children, id }) {
  return html`<section aria-label=${title} id=${id}>
    <header>
      <h2>${title}</h2>
      ${extra}
    </header>
    ${children}
  </section>`;
}

/** Says why something could not be read. @param {{ error: Error | undefined }} props */
export function Trouble({ error }) {
  if (error === undefined) return null;
  const problems = 'problems' in error ? /** @type {readonly string[]} */ (error.problems) : [];
  const text = error.message.replace(/^\w+Error: /, '');
  return html`<div class="trouble" role="alert">
    <pre>${text}</pre>
    ${
      problems.length === 0
        ? null
        : html`<ul>
            ${problems.map((problem) => html`<li key=${problem}>${problem}</li>`)}
          </ul>`
    }
  </div>`;
}

const AGAIN_MS = 5_000;

/**
 * Reads something when the page opens, and again when what it depends on changes, or in five seconds when it was refused.
 *
 * @template T
 * @param {() => Promise<T>} read
 * @param {readonly unknown[]} depends
 * @returns {{ readonly value: T | undefined, readonly error: Error | undefined }}
 */
export function useRead(read, depends) {
  const [state, setState] = useState(
    /** @type {{ value: T | undefined, error: Error | undefined }} */ ({ value: undefined, error: undefined }),
  );
  useEffect(() => {
    let isWanted = true;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const attempt = () =>
      read().then(
        (value) => isWanted && setState({ value, error: undefined }),
        (error) => {
          if (!isWanted) return;
          setState((old) => ({ value: old.value, error }));
          if (error instanceof Refused && error.mayPass) timer = setTimeout(attempt, AGAIN_MS);
        },
      );
    void attempt();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [...depends]);
  return state;
}
