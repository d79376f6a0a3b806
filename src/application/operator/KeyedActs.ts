import type { OperateResult } from '../../contracts/Operation';
import type { SqlStatements } from '../../contracts/StateDatabase';
import { OperationInvalidError } from '../../errors/operatorErrors';
import type { Intents } from './Intents';
import type { Act } from './readRequest';

/** Keeps the answer to an act under its key, in the transaction of its change if there is one. */
export type Remember = (done: OperateResult, statements?: SqlStatements) => Promise<void>;

/**
 * Carries out an act.
 *
 * @param remember - called when it is sure that the act is done, and again when there is more to the answer; undefined for
 * an act without a key.
 */
export type CarryOut = (act: Act, remember?: Remember) => Promise<OperateResult>;

/** The acts of callers that give a key: each is carried out once. */
export class KeyedActs {
  readonly #intents: Pick<Intents, 'actOf' | 'remember'>;
  readonly #now: () => number;
  readonly #carryOut: CarryOut;
  /** The acts that are being carried out, by caller and key. */
  readonly #inFlight = new Map<string, { readonly request: string; readonly result: Promise<OperateResult> }>();

  constructor(intents: Pick<Intents, 'actOf' | 'remember'>, now: () => number, carryOut: CarryOut) {
    this.#intents = intents;
    this.#now = now;
    this.#carryOut = carryOut;
  }

  /**
   * Carries an act out, unless that was done under its key before.
   *
   * @throws OperationInvalidError when the key stands for another act, and what the act rejects with.
   */
  async once(act: Act): Promise<OperateResult> {
    const { key, by } = act;
    if (key === undefined) return this.#carryOut(act);
    const id = JSON.stringify([by, key]);
    const request = JSON.stringify([
      act.action,
      act.listener,
      act.task,
      // The same duration is another instant each time.
      act.lastsMs === undefined ? act.until : { lastsMs: act.lastsMs },
      act.schedule,
      act.level,
      act.label,
      act.tickId,
    ]);
    const refuseOther = (known: string): void => {
      if (known !== request) throw new OperationInvalidError([`"key" was used by ${by} for another act before.`]);
    };
    const running = this.#inFlight.get(id);
    if (running !== undefined) {
      refuseOther(running.request);
      return { ...(await running.result), repeated: true };
    }
    const known = await this.#intents.actOf(by, key, this.#now());
    if (known !== undefined) {
      refuseOther(known.request);
      return { ...(JSON.parse(known.result) as OperateResult), repeated: true };
    }
    // Somebody may have come first while the database was asked.
    if (this.#inFlight.has(id)) return this.once(act);
    const result = this.#carryOut(act, (done, statements) => {
      const keyed = { request, result: JSON.stringify(done) };
      return this.#intents.remember(by, key, keyed, this.#now(), statements);
    });
    this.#inFlight.set(id, { request, result });
    try {
      return await result;
    } finally {
      this.#inFlight.delete(id);
    }
  }
}
