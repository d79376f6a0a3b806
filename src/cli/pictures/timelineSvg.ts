import type { SavedTimeline, TimelinePhase } from '../../contracts/SavedTimeline';
import { formatDuration } from '../../time/duration';
import { fitText, svgDocument, xmlText } from './svg';

const ROW = 20;
const MARGIN = 20;
const NAMES = 210;
const BARS = 560;
const WIDTH = MARGIN + NAMES + BARS + 120;
/** Characters of a name. */
const CHARACTERS = 30;

/** The boot and the stop of a run as a waterfall, a row for each listener. */
export function timelineSvg({ application, boot, stop }: SavedTimeline): string {
  const parts: string[] = [];
  let y = MARGIN;
  const draw = (title: string, phase: TimelinePhase): void => {
    parts.push(`<text class="head" x="${MARGIN}" y="${y + 12}">${xmlText(title)}</text>`);
    y += 28;
    parts.push(...rows(phase, y));
    y += phase.spans.length * ROW + 24;
  };
  draw(`${application} started in ${formatDuration(boot.ended - boot.began)}`, boot);
  if (stop !== undefined) draw(`It stopped in ${formatDuration(stop.ended - stop.began)}: ${stop.reason ?? ''}`, stop);
  return svgDocument(WIDTH, y, `How ${application} started and stopped`, parts);
}

function rows({ began, ended, spans }: TimelinePhase, top: number): string[] {
  const left = MARGIN + NAMES;
  const total = Math.max(1, ended - began);
  const scale = (at: number): number => left + ((at - began) / total) * BARS;
  const bottom = top + spans.length * ROW;
  return [
    ...[0, 0.25, 0.5, 0.75, 1].map((part) => {
      const x = left + part * BARS;
      return `<line class="line" x1="${x}" y1="${top}" x2="${x}" y2="${bottom}"/>`;
    }),
    ...spans.map(({ listener, began: from, ended: to, outcome }, index) => {
      const y = top + index * ROW;
      const x = scale(from);
      const width = Math.max(2, scale(to) - x);
      const look = outcome === 'ok' ? 'ok' : outcome === 'disabled' || outcome === 'blocked' ? 'mute' : 'bad';
      const time = `${formatDuration(to - from)}${outcome === 'ok' ? '' : ` ${outcome}`}`;
      return (
        `<text x="${MARGIN}" y="${y + 14}">${xmlText(fitText(listener, CHARACTERS))}</text>` +
        `<rect class="${look}" x="${x.toFixed(1)}" y="${y + 4}" width="${width.toFixed(1)}" height="12" rx="2"/>` +
        `<text class="small" x="${(x + width + 6).toFixed(1)}" y="${y + 14}">${xmlText(time)}</text>`
      );
    }),
  ];
}
