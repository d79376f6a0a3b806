import type { Edge } from './collectEdges';

/** The result of ordering. Listeners are numbers in registration order. */
export interface ListenerOrder {
  /** The listeners in start order. */
  readonly order: readonly number[];
  /** The edges of each listener, without those that were dropped. */
  readonly edges: readonly (readonly Edge[])[];
  /** The edges that were dropped because they would have closed a cycle. */
  readonly yielded: readonly { readonly from: number; readonly edge: Edge }[];
  /** The cycles of binding edges, the first listener again at the end. If there is one, `order` is empty. */
  readonly cycles: readonly (readonly number[])[];
}

/**
 * Orders listeners topologically. Among those whose predecessors are all placed, the lowest number goes next; without
 * edges that is the registration order.
 */
export function orderListeners(edges: readonly (readonly Edge[])[]): ListenerOrder {
  // Most applications name the listeners in an order that fits.
  if (edges.every((list, from) => list.every(({ to }) => to < from))) {
    return { order: [...edges.keys()], edges, yielded: [], cycles: [] };
  }
  const order = sort(edges);
  if (order.length === edges.length) return { order, edges, yielded: [], cycles: [] };
  const binding = edges.map((list) => list.filter((edge) => edge.binding));
  const cycles = stronglyConnected(binding)
    .filter((group) => group.length > 1 || binding[group[0] ?? 0]?.some(({ to }) => to === group[0]) === true)
    .map((group) => shortestCycle(group, binding));
  if (cycles.length > 0) return { order: [], edges, yielded: [], cycles };
  const { kept, yielded } = yieldEdges(edges);
  return { order: sort(kept), edges: kept, yielded, cycles: [] };
}

/** Kahn's algorithm. Listeners on a cycle are missing from the result. */
function sort(edges: readonly (readonly Edge[])[]): number[] {
  const waitsFor = edges.map((list) => list.length);
  const followers = edges.map((): number[] => []);
  for (const [from, list] of edges.entries()) for (const { to } of list) followers[to]?.push(from);
  const free = new IndexHeap();
  for (const [index, count] of waitsFor.entries()) if (count === 0) free.push(index);
  const order: number[] = [];
  for (let next = free.pop(); next !== undefined; next = free.pop()) {
    order.push(next);
    for (const follower of followers[next] ?? []) {
      const left = (waitsFor[follower] ?? 0) - 1;
      waitsFor[follower] = left;
      if (left === 0) free.push(follower);
    }
  }
  return order;
}

interface Yielding {
  readonly kept: readonly (readonly Edge[])[];
  readonly yielded: ListenerOrder['yielded'];
}

/** Drops edges that are not binding until no cycle is left; the edge of a later listener is dropped first. */
function yieldEdges(edges: readonly (readonly Edge[])[]): Yielding {
  const groupOf = new Map<number, number>();
  for (const [group, members] of stronglyConnected(edges).entries()) {
    for (const member of members) groupOf.set(member, group);
  }
  const inCircle = (from: number, edge: Edge): boolean => !edge.binding && groupOf.get(from) === groupOf.get(edge.to);
  const kept = edges.map((list, from) => list.filter((edge) => !inCircle(from, edge)));
  const yielded: { from: number; edge: Edge }[] = [];
  for (const [from, list] of edges.entries()) {
    for (const edge of list) {
      if (!inCircle(from, edge)) continue;
      if (reaches(edge.to, from, kept)) yielded.push({ from, edge });
      else kept[from]?.push(edge);
    }
  }
  return { kept, yielded };
}

/** True if `goal` can be reached from `start`. */
function reaches(start: number, goal: number, edges: readonly (readonly Edge[])[]): boolean {
  const seen = new Set([start]);
  for (const index of seen) {
    if (index === goal) return true;
    for (const { to } of edges[index] ?? []) seen.add(to);
  }
  return false;
}

/** Finds the shortest cycle through the lowest member of a group. */
function shortestCycle(group: readonly number[], edges: readonly (readonly Edge[])[]): number[] {
  const start = Math.min(...group);
  const members = new Set(group);
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const index of queue) {
    for (const { to } of edges[index] ?? []) {
      if (to === start) return pathTo(index, cameFrom, start);
      if (!members.has(to) || cameFrom.has(to)) continue;
      cameFrom.set(to, index);
      queue.push(to);
    }
  }
  return [start, start];
}

function pathTo(last: number, cameFrom: ReadonlyMap<number, number>, start: number): number[] {
  const path = [start];
  for (let index: number | undefined = last; index !== undefined && index !== start; index = cameFrom.get(index)) {
    path.unshift(index);
  }
  return [start, ...path];
}

interface Visit {
  readonly node: number;
  next: number;
}

/** Groups the nodes that reach each other (Tarjan's algorithm). A node on no cycle is a group of its own. */
function stronglyConnected(edges: readonly (readonly { readonly to: number }[])[]): number[][] {
  const order = new Map<number, number>();
  const low = new Map<number, number>();
  const open = new Set<number>();
  const stack: number[] = [];
  const groups: number[][] = [];

  const enter = (node: number): Visit => {
    order.set(node, order.size);
    low.set(node, order.size - 1);
    stack.push(node);
    open.add(node);
    return { node, next: 0 };
  };
  const lower = (node: number, value: number): void => void low.set(node, Math.min(low.get(node) ?? value, value));

  for (const root of edges.keys()) {
    if (order.has(root)) continue;
    const visits = [enter(root)];
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const target = edges[visit.node]?.[visit.next++]?.to;
      if (target !== undefined) {
        if (!order.has(target)) visits.push(enter(target));
        else if (open.has(target)) lower(visit.node, order.get(target) ?? 0);
        continue;
      }
      visits.pop();
      const { node } = visit;
      const parent = visits.at(-1);
      if (parent !== undefined) lower(parent.node, low.get(node) ?? 0);
      if (low.get(node) !== order.get(node)) continue;
      const group = stack.splice(stack.indexOf(node));
      for (const member of group) open.delete(member);
      groups.push(group);
    }
  }
  return groups;
}

/** A binary heap of numbers; the lowest comes out first. */
class IndexHeap {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let position = items.push(item) - 1;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (at(items, parent) <= item) break;
      items[position] = at(items, parent);
      position = parent;
    }
    items[position] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let position = 0;
    for (;;) {
      let child = position * 2 + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && at(items, child + 1) < at(items, child)) child++;
      if (at(items, child) >= last) break;
      items[position] = at(items, child);
      position = child;
    }
    items[position] = last;
    return first;
  }
}

const at = (items: readonly number[], index: number): number => items[index] as number;
