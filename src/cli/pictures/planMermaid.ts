import type { BootPlan, PlannedEdge, PlannedListener } from '../../contracts/BootPlan';

/**
 * The plan as a flowchart for Mermaid, which GitHub and many wikis draw. An arrow goes from the listener that starts first;
 * fatal listeners have a thick border, disabled listeners a dashed one, and soft edges are dotted.
 */
export function planMermaid({ listeners }: Pick<BootPlan, 'listeners'>): string {
  const ids = new Map(listeners.map(({ name }, index) => [name, `n${index + 1}`]));
  const lines = [
    'flowchart LR',
    ...listeners.map((listener, index) => `  n${index + 1}["${label(listener, index + 1)}"]${classOf(listener)}`),
    ...listeners.flatMap(({ name, edges }) =>
      edges.map((edge) => `  ${ids.get(edge.on) ?? ''} ${arrow(edge)} ${ids.get(name) ?? ''}`),
    ),
    '  classDef fatal stroke-width:3px',
    '  classDef disabled stroke-dasharray:4 4,opacity:0.6',
  ];
  return lines.join('\n');
}

const label = ({ name, tasks }: PlannedListener, position: number): string =>
  [`${position}. ${name}`, ...tasks.map((task) => `${task.name}: ${task.schedule}`)].map(escape).join('<br/>');

const classOf = ({ disabledReason, fatalOnStartupFailure }: PlannedListener): string =>
  disabledReason !== undefined ? ':::disabled' : fatalOnStartupFailure ? ':::fatal' : '';

const arrow = ({ kind, soft }: PlannedEdge): string => (soft ? `-. ${kind} .->` : `-- ${kind} -->`);

/** Mermaid writes a character of its own syntax as its number between `#` and `;`. */
const escape = (text: string): string =>
  text.replaceAll(/["#<>&*`\\[\]{}|]/g, (character) => `#${character.codePointAt(0) ?? 0};`);
