import type { BootPlan, PlannedListener } from '../../contracts/BootPlan';
import { fitText, svgDocument, xmlText } from './svg';

const NODE = { width: 240, line: 16, pad: 8, across: 60, down: 14 };
const MARGIN = 20;
const HEAD = 34;
/** Characters of a line in a node. */
const CHARACTERS = 36;

interface Node {
  readonly listener: PlannedListener;
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/**
 * The plan as a picture: a listener stands to the right of all that starts before it for a reason, in the start order from
 * above. Fatal listeners have a red border, disabled ones and soft edges are dashed; hovering shows the reason of an edge.
 */
export function planSvg({ name, listeners }: Pick<BootPlan, 'name' | 'listeners'>): string {
  const nodes = placed(listeners);
  const all = [...nodes.values()];
  const width = Math.max(400, ...all.map(({ x }) => x + NODE.width)) + MARGIN;
  const height = Math.max(HEAD, ...all.map((node) => node.y + node.height)) + MARGIN;
  const parts = [
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" class="mute"/></marker></defs>',
    `<text class="head" x="${MARGIN}" y="${MARGIN + 4}">${xmlText(name)}</text>`,
    ...all.flatMap((node) => node.listener.edges.map((edge) => drawEdge(nodes.get(edge.on), node, edge))),
    ...all.map(drawNode),
  ];
  return svgDocument(width, height, `The start order of ${name}`, parts);
}

/** Longest paths give the columns: in start order, what a listener starts after has its place already. */
function placed(listeners: readonly PlannedListener[]): ReadonlyMap<string, Node> {
  const columns = new Map<string, number>();
  const bottoms: number[] = [];
  const nodes = new Map<string, Node>();
  for (const [index, listener] of listeners.entries()) {
    const column = Math.max(-1, ...listener.edges.map(({ on }) => columns.get(on) ?? -1)) + 1;
    const tasks = listener.tasks.map((task) => `${task.name}: ${task.schedule}`);
    const lines = [`${index + 1}. ${listener.name}`, ...tasks];
    const y = bottoms[column] ?? MARGIN + HEAD;
    const height = lines.length * NODE.line + 2 * NODE.pad;
    bottoms[column] = y + height + NODE.down;
    columns.set(listener.name, column);
    nodes.set(listener.name, { listener, lines, x: MARGIN + column * (NODE.width + NODE.across), y, height });
  }
  return nodes;
}

function drawNode({ listener, lines, x, y, height }: Node): string {
  const { fatalOnStartupFailure, disabledReason, className } = listener;
  const look = `node${fatalOnStartupFailure ? ' fatal' : ''}${disabledReason === undefined ? '' : ' off'}`;
  const about = [className, fatalOnStartupFailure ? 'a failed startup is fatal' : 'a failed startup is not fatal'];
  if (disabledReason !== undefined) about.push(`disabled: ${disabledReason}`);
  const texts = lines.map((line, index) => {
    const baseline = y + NODE.pad + NODE.line * (index + 1) - 4;
    return `<text${index === 0 ? '' : ' class="small"'} x="${x + 10}" y="${baseline}">${xmlText(fitText(line, CHARACTERS))}</text>`;
  });
  return [
    `<g><title>${xmlText(about.join('; '))}</title>`,
    `<rect class="${look}" x="${x}" y="${y}" width="${NODE.width}" height="${height}" rx="5"/>`,
    ...texts,
    '</g>',
  ].join('');
}

function drawEdge(from: Node | undefined, to: Node, { kind, soft, path }: PlannedListener['edges'][number]): string {
  if (from === undefined) return '';
  const [x1, y1] = [from.x + NODE.width, from.y + from.height / 2];
  const [x2, y2] = [to.x, to.y + to.height / 2];
  const bend = Math.max(28, (x2 - x1) / 2);
  const reason = xmlText(`${kind}: ${path.join(' -> ')}`);
  return (
    `<path class="edge${soft ? ' soft' : ''}" marker-end="url(#tip)" d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}">` +
    `<title>${reason}</title></path>`
  );
}
