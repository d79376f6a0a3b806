import { type ListenerLogger, messageOf } from 'daemonry';

/** The loss of the store by this process, and why: told once, as soon as there is a reason, until the store is back. */
export class StoreLoss {
  readonly #log: Pick<ListenerLogger, 'warn' | 'info'>;
  #reason: unknown;
  #isToBeTold = false;

  constructor(log: Pick<ListenerLogger, 'warn' | 'info'>) {
    this.#log = log;
  }

  /** The newest reason why the store does not answer; undefined while it does, or nobody knows. */
  get reason(): unknown {
    return this.#reason;
  }

  /** The store, which has answered so far, does not any more. */
  begin(): void {
    this.#isToBeTold = true;
  }

  /** An attempt to reach the store has failed. A server that ends the connection gives no reason: the attempt after it does. */
  failed(reason: unknown): void {
    this.#reason = reason;
    if (!this.#isToBeTold) return;
    this.#isToBeTold = false;
    const text = 'The cluster engine has lost its store: nothing of cluster scope begins in this process';
    this.#log.warn(text, { cause: messageOf(reason) });
  }

  /** The store answers, or nothing is asked of it any more. */
  end(isBack: boolean): void {
    if (isBack && this.#reason !== undefined) this.#log.info('The cluster engine has its store back');
    this.#reason = undefined;
    this.#isToBeTold = false;
  }
}
