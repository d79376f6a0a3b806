interface Visit {
  readonly node: number;
  next: number;
}

/** The groups of nodes that lead to each other (Tarjan); a node on no circle is a group by itself. */
export function stronglyConnected(edges: readonly (readonly { readonly to: number }[])[]): number[][] {
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
