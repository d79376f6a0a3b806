interface Known {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** Which methods the registered routes answer, by path. */
export class AllowedMethods {
  readonly #known = new Map<string, Known>();

  /** @param url - as a route has it: `/api/alerts/:id`, `/files/*`. */
  add(url: string, methods: string | readonly string[]): void {
    const known = this.#known.get(url) ?? { pattern: toPattern(url), methods: new Set() };
    this.#known.set(url, known);
    for (const method of [methods].flat()) known.methods.add(method);
  }

  /** Sorted; empty when nothing is under `path`. */
  of(path: string): readonly string[] {
    const fitting = [...this.#known.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].sort();
  }
}

function toPattern(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment === '*') return '.*';
    return segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${segments.join('/')}$`);
}
