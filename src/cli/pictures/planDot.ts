import type { BootPlan, PlannedEdge, PlannedListener } from '../../contracts/BootPlan';

/**
 * The plan as a graph for Graphviz. An arrow goes from the listener that starts first to the one that starts after it;
 * fatal listeners are bold, disabled listeners and soft edges are dashed.
 */
export function planDot({ name, listeners }: Pick<BootPlan, 'name' | 'listeners'>): string {
  const lines = [
    `digraph ${quote(name)} {`,
    '  rankdir=LR;',
    '  node [shape=box, fontname="Helvetica"];',
    ...listeners.map((listener, index) => `  ${quote(listener.name)} [${attributes(listener, index + 1)}];`),
    ...listeners.flatMap(({ name: to, edges }) =>
      edges.map((edge) => `  ${quote(edge.on)} -> ${quote(to)} [${edgeAttributes(edge)}];`),
    ),
    '}',
  ];
  return lines.join('\n');
}

function attributes(listener: PlannedListener, position: number): string {
  const { name, tasks, fatalOnStartupFailure, disabledReason } = listener;
  const schedules = tasks.map((task) => `${task.name}: ${task.schedule}`);
  const label = `label=${quote([`${position}. ${name}`, ...schedules].join('\n'))}`;
  const style = [...(fatalOnStartupFailure ? ['bold'] : []), ...(disabledReason === undefined ? [] : ['dashed'])].join(
    ',',
  );
  return [label, ...(style === '' ? [] : [`style="${style}"`])].join(', ');
}

const edgeAttributes = ({ kind, soft }: PlannedEdge): string =>
  [`label=${quote(kind)}`, ...(soft ? ['style=dashed'] : [])].join(', ');

const quote = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
