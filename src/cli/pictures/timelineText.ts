import type { SavedTimeline, TimelinePhase } from '../../contracts/SavedTimeline';
import { formatDuration } from '../../time/duration';
import { fitText } from './svg';

/** Columns of the bars at least, whatever the terminal has. */
const NARROWEST_BAR = 10;

/** The boot and the stop of a run as bars of text, that wide. */
export function timelineText(timeline: SavedTimeline, columns: number): string {
  const { application, boot, stop } = timeline;
  return [
    ...phaseText(`${application} started at ${new Date(boot.began).toISOString()}`, boot, columns),
    '',
    ...(stop === undefined
      ? ['It has not been stopped: it still runs, or its process was ended from outside.']
      : phaseText(
          `It was stopped at ${new Date(stop.began).toISOString()}: ${stop.reason ?? 'no reason'}`,
          stop,
          columns,
        )),
  ].join('\n');
}

function phaseText(title: string, phase: TimelinePhase, columns: number): string[] {
  const { began, ended, spans } = phase;
  const names = Math.min(30, Math.max(4, ...spans.map(({ listener }) => listener.length)));
  const width = Math.max(NARROWEST_BAR, columns - names - 24);
  const total = Math.max(1, ended - began);
  return [
    `${title}, in ${formatDuration(ended - began)}`,
    ...spans.map(({ listener, began: from, ended: to, outcome }) => {
      const start = Math.min(width - 1, Math.floor(((from - began) / total) * width));
      const length = Math.max(1, Math.min(width - start, Math.round(((to - from) / total) * width)));
      const bar = `${' '.repeat(start)}${(outcome === 'ok' ? '█' : '▒').repeat(length)}`.padEnd(width);
      const time = formatDuration(to - from).padStart(7);
      return `  ${fitText(listener, names).padEnd(names)}  ${bar} ${time}${outcome === 'ok' ? '' : `  ${outcome}`}`.trimEnd();
    }),
  ];
}
