import { type Application, DaemonryError } from 'daemonry';

import type { Refusal } from './guards';
import type { Operator } from './operators';

/** Callers and routes whose refusals are counted. */
const MOST_COUNTED = 1_000;

/** A change that was not let in. */
export interface RefusedChange {
  /** `POST /api/operate`, with the path as the route has it. */
  readonly route: string;
  readonly refusal: Refusal;
  /** Undefined if nobody knows who sent it. */
  readonly operator: Operator | undefined;
}

/**
 * Announces as `operator.refused`, so that it is audited, that a caller was refused a change: of the same caller, route and code
 * the 1st, 2nd, 4th, 8th time, because whoever tries again and again is not to fill the audit log.
 */
export class RefusedChanges {
  readonly #application: Application;
  readonly #counts = new Map<string, number>();

  constructor(application: Application) {
    this.#application = application;
  }

  tell({ route, refusal: { code, message }, operator }: RefusedChange): void {
    const key = JSON.stringify([operator?.name, route, code]);
    const count = (this.#counts.get(key) ?? 0) + 1;
    if (this.#counts.size >= MOST_COUNTED && count === 1) this.#counts.clear();
    this.#counts.set(key, count);
    if (!Number.isInteger(Math.log2(count))) return;
    const { name, kind } = operator ?? {};
    const value = count === 1 ? route : `${route}, ${count} times`;
    this.#application.refused({ by: name, kind, value }, new ChangeRefusedError(code, message));
  }
}

/** The answer that the server gave; its code is that of the answer. */
class ChangeRefusedError extends DaemonryError<string> {
  constructor(code: string, what: string) {
    super(code, { what, fix: 'see the answer' });
  }
}
