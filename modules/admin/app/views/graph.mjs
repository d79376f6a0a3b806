/** @import { ApplicationStatus, BootPlan } from 'daemonry' */
/** @import { Tone } from './state.mjs' */
import { reasonOf } from './listener.mjs';
import { toneOfListener, TONES, wordOfListener } from './state.mjs';

export const NODE = { width: 176, height: 30, across: 52, down: 12 };

/** More nodes than these are not drawn: their edges are listed. */
export const MOST_NODES = 160;

/**
 * @typedef {object} Node
 * @property {string} name
 * @property {Tone} tone
 * @property {string} word
 * @property {string | undefined} blockedBy The listener that keeps it from its work.
 * @property {number} order Its place in the start order, from 1.
 * @property {number} x
 * @property {number} y
 */

/** @typedef {{ readonly from: Node, readonly to: Node, readonly soft: boolean, readonly reason: string, readonly d: string }} Edge */

/**
 * The start order as a drawing: a listener stands to the right of everything that starts before it for a reason. Listeners
 * without edges are listed beside it.
 *
 * @param {BootPlan} plan
 * @param {ApplicationStatus} status
 */
export function graphOf(plan, status) {
  const known = new Map(status.listeners.map((listener) => [listener.name, listener]));
  const joined = new Set(plan.listeners.flatMap(({ name, edges }) => edges.flatMap(({ on }) => [name, on])));
  const depths = depthsOf(plan);
  /** @type {Map<number, number>} */
  const filled = new Map();
  /** @type {Map<string, Node>} */
  const nodes = new Map();
  const alone = [];
  for (const [index, name] of plan.order.entries()) {
    const listener = known.get(name);
    const look = {
      name,
      tone: listener === undefined ? /** @type {Tone} */ ('off') : toneOfListener(listener),
      word: listener === undefined ? '' : wordOfListener(listener),
      blockedBy: listener?.blockedBy,
      order: index + 1,
    };
    if (!joined.has(name)) {
      alone.push(look);
      continue;
    }
    const depth = depths.get(name) ?? 0;
    const place = filled.get(depth) ?? 0;
    filled.set(depth, place + 1);
    nodes.set(name, { ...look, x: depth * (NODE.width + NODE.across), y: place * (NODE.height + NODE.down) });
  }
  const edges = plan.listeners.flatMap((listener) =>
    listener.edges.flatMap((edge) => {
      const [from, to] = [nodes.get(edge.on), nodes.get(listener.name)];
      if (from === undefined || to === undefined) return [];
      return [{ from, to, soft: edge.soft, reason: reasonOf(edge), d: curve(from, to) }];
    }),
  );
  const columns = Math.max(0, ...filled.keys()) + 1;
  return {
    nodes: [...nodes.values()],
    edges,
    alone,
    width: columns * (NODE.width + NODE.across) - NODE.across,
    height: Math.max(1, ...filled.values()) * (NODE.height + NODE.down) - NODE.down,
  };
}

/** @typedef {Pick<Node, 'name' | 'tone' | 'word' | 'blockedBy'>} Look */

/** Listeners by how they are, the worst first. @param {readonly Look[]} looks */
export function groupsOf(looks) {
  /** @type {Map<string, Look[]>} */
  const groups = new Map();
  for (const look of looks) {
    const key = `${TONES.indexOf(look.tone)} ${look.word}`;
    groups.set(key, [...(groups.get(key) ?? []), look]);
  }
  return [...groups.entries()].sort(([one], [other]) => one.localeCompare(other)).map(([, group]) => group);
}

/** How many listeners one after the other start before each, at most. @param {BootPlan} plan */
function depthsOf({ order, listeners }) {
  const edges = new Map(listeners.map((listener) => [listener.name, listener.edges]));
  /** @type {Map<string, number>} */
  const depths = new Map();
  // In start order, what a listener starts after comes first.
  for (const name of order) {
    const before = (edges.get(name) ?? []).map(({ on }) => depths.get(on) ?? 0);
    depths.set(name, before.length === 0 ? 0 : Math.max(...before) + 1);
  }
  return depths;
}

/** @param {Node} from @param {Node} to */
function curve(from, to) {
  const [x1, y1] = [from.x + NODE.width, from.y + NODE.height / 2];
  const [x2, y2] = [to.x, to.y + NODE.height / 2];
  const bend = Math.max(28, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}
