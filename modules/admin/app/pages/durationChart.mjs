/** @import { RunRecord } from 'daemonry' */
import uPlot from 'uplot';

import { count, duration, timeOfDay } from '../format.mjs';
import { html, useEffect, useRef } from '../lib.mjs';
import { durationsOf } from '../views/chart.mjs';

const HEIGHT = 168;

/** The colour of a name of the style sheet, in the theme of the page. @param {HTMLElement} element @param {string} name */
function colour(element, name) {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The durations of runs over time, with their median and 95th percentile. @param {{ runs: readonly RunRecord[] }} props */
export function DurationChart({ runs }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const durations = durationsOf(runs);
  const key = durations === undefined ? '' : `${durations.at.length} ${durations.at.at(-1)} ${durations.p95}`;
  useEffect(() => {
    const element = box.current;
    if (element === null || durations === undefined) return;
    const draw = () => new uPlot(optionsOf(element, durations), dataOf(durations), element);
    let plot = draw();
    const again = () => {
      plot.destroy();
      plot = draw();
    };
    const size = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    size.observe(element);
    // The colours are those of the theme.
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', again);
    const theme = new MutationObserver(again);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      size.disconnect();
      scheme.removeEventListener('change', again);
      theme.disconnect();
      plot.destroy();
    };
  }, [key]);
  if (durations === undefined) return null;
  const { p50, p95, most, at } = durations;
  const summary = `Durations of ${count(at.length)} runs: half took at most ${duration(p50)}, 95 % at most ${duration(p95)}, the longest ${duration(most)}`;
  return html`<figure class="chart">
    <figcaption class="num">
      <span><i class="dot good"></i>succeeded</span><span><i class="dot bad"></i>failed</span
      ><span><i class="dash p50"></i>p50 ${duration(p50)}</span><span><i class="dash p95"></i>p95 ${duration(p95)}</span
      ><span class="muted">longest ${duration(most)}</span>
    </figcaption>
    <div ref=${box} role="img" aria-label=${summary}></div>
  </figure>`;
}

/** @typedef {NonNullable<ReturnType<typeof durationsOf>>} Durations */

/** @param {Durations} durations @returns {uPlot.AlignedData} */
const dataOf = ({ at, good, bad, p50, p95 }) => [at, good, bad, at.map(() => p50), at.map(() => p95)];

/** @param {HTMLElement} element @param {Durations} durations @returns {uPlot.Options} */
function optionsOf(element, { most }) {
  const axis = {
    stroke: colour(element, '--muted'),
    grid: { stroke: colour(element, '--line'), width: 1 },
    ticks: { stroke: colour(element, '--line'), width: 1, size: 4 },
    font: '11px system-ui, sans-serif',
  };
  /** @param {string} name */
  const points = (name) => {
    const fill = colour(element, name);
    return { paths: () => null, points: { show: true, size: 5, fill, stroke: fill, width: 0 } };
  };
  /** @param {string} name @param {number[]} dash */
  const line = (name, dash) => ({ stroke: colour(element, name), width: 1, dash, points: { show: false } });
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: [0, Math.max(1, most * 1.08)] } },
    axes: [
      {
        ...axis,
        size: 26,
        space: 90,
        values: (_plot, values, _axis, _space, step) =>
          values.map((value) => (step < 60 ? timeOfDay(value * 1_000) : timeOfDay(value * 1_000).slice(0, 5))),
      },
      { ...axis, size: 64, space: 36, values: (_plot, values) => values.map((value) => duration(value)) },
    ],
    series: [{}, points('--good-bar'), points('--bad'), line('--text', [6, 4]), line('--warn', [2, 3])],
  };
}
