import type { InterceptedRun, RunInterceptor } from '../contracts/RunInterceptor';
import { limited, type ListenerLogger } from '../contracts/ListenerLogger';
import { toError } from '../errors/serializeError';
import { InterceptorUnusableError } from '../errors/taskErrors';
import { className, isErrorLike, readOptional } from '../errors/foreign';
import { isThenable, refusalOf, settlementOf } from '../execution/PendingCallback';

/** The interceptors of an application; there is at least one. */
export interface Interception {
  /** The outermost first. */
  readonly interceptors: readonly RunInterceptor[];
  /** The log of the application. */
  readonly log: Pick<ListenerLogger, 'warn'>;
}

/**
 * Returns what `make` makes; undefined when there is no interceptor.
 * @throws InterceptorUnusableError
 */
export function intercept(make: () => readonly RunInterceptor[], log: Interception['log']): Interception | undefined {
  let interceptors: readonly RunInterceptor[];
  try {
    interceptors = make();
  } catch (error) {
    // A DaemonryError says itself what to do.
    if (isErrorLike(error) && readOptional(error, 'fix') !== undefined) throw error;
    throw new InterceptorUnusableError('it cannot be constructed', error);
  }
  for (const made of interceptors) {
    if (isThenable(made)) throw new InterceptorUnusableError('it is bound to a promise');
    if (typeof readOptional(made, 'around') !== 'function')
      throw new InterceptorUnusableError(`${interceptorName(made)} has no method "around"`);
  }
  return interceptors.length === 0 ? undefined : { interceptors, log };
}

const interceptorName = (interceptor: RunInterceptor): string => className(interceptor, 'of no class');

/** A run whose handler is to be called. */
interface CalledRun extends InterceptedRun {
  readonly hook: string;
}

/** One call of a handler, with the interceptors around it. The handler is called once, unless the run is over before. */
export class InterceptedCall {
  readonly #interception: Interception;
  readonly #run: CalledRun;
  readonly #handler: () => unknown;
  /** Given to the interceptors: it settles as the handler does. */
  readonly #settlement: Promise<void>;
  #settled!: Settling<void>;
  #isRevoked = false;
  /** The answer or the error of the handler; undefined until it is called. */
  #end: { readonly answer: unknown } | { readonly thrown: unknown } | undefined;
  /** Set when the handler has failed, or will not be called. */
  #failure: { readonly error: unknown } | undefined;
  #caller: Settling<unknown> | undefined;

  constructor(interception: Interception, run: CalledRun, handler: () => unknown) {
    this.#interception = interception;
    this.#run = run;
    this.#handler = handler;
    this.#settlement = new Promise((resolve, reject) => (this.#settled = { resolve, reject }));
    // The run reports its error itself: an interceptor need not.
    this.#settlement.catch(() => undefined);
  }

  /**
   * Returns the answer of the handler, or throws its error. While an interceptor has not called the handler yet: a promise
   * for it, which rejects when the run is aborted before.
   */
  call(): unknown {
    this.#enter(0);
    if (this.#end === undefined) return this.#whenCalled();
    if ('thrown' in this.#end) throw this.#end.thrown;
    return this.#end.answer;
  }

  #whenCalled(): Promise<unknown> {
    const { signal } = this.#run;
    return new Promise((resolve, reject) => {
      this.#caller = { resolve, reject };
      const revoke = (): void => {
        if (this.#end !== undefined) return;
        this.#isRevoked = true;
        this.#fail(signal.reason);
        reject(toError(signal.reason));
      };
      if (signal.aborted) revoke();
      else signal.addEventListener('abort', revoke, { once: true });
    });
  }

  /** Calls the interceptor of that number, or the handler after the last one. */
  #enter(index: number): void {
    if (this.#isRevoked) return;
    const interceptor = this.#interception.interceptors[index];
    if (interceptor === undefined) {
      this.#callHandler();
      return;
    }
    let isEntered = false;
    const enter = (): void => {
      isEntered = true;
      this.#enter(index + 1);
    };
    const next = (): Promise<void> => {
      if (isEntered) this.#report(interceptor, 'has called next again, which changes nothing');
      else enter();
      return this.#settlement;
    };
    const left = (): void => {
      if (isEntered || this.#isRevoked) return;
      this.#report(interceptor, 'has ended without calling next: the handler is called without it');
      enter();
    };
    const failed = (error: unknown): void => {
      if (this.#failure !== undefined && error === this.#failure.error) return;
      const effect = isEntered ? 'which does not concern the run' : 'and the handler is called without it';
      this.#report(interceptor, `has failed, ${effect}`, toError(error));
      if (!isEntered) enter();
    };
    try {
      const answer = interceptor.around(this.#run, next);
      if (isThenable(answer)) settlementOf(answer).then(left, failed);
      else left();
    } catch (error) {
      failed(error);
    }
  }

  #callHandler(): void {
    try {
      const answer = this.#handler();
      if (isThenable(answer)) {
        // One that is no promise may begin its work anew with each call of its method.
        const settlement = settlementOf(answer);
        this.#end = { answer: settlement };
        settlement.then((value) => this.#succeed(value), this.#fail);
      } else {
        this.#end = { answer };
        this.#succeed(answer);
      }
      this.#caller?.resolve(this.#end.answer);
    } catch (error) {
      this.#end = { thrown: error };
      this.#fail(error);
      this.#caller?.reject(error);
    }
  }

  #succeed(answer: unknown): void {
    const refusal = refusalOf(answer, this.#run);
    if (refusal === undefined) this.#settled.resolve();
    else this.#fail(refusal);
  }

  readonly #fail = (error: unknown): void => {
    this.#failure = { error };
    this.#settled.reject(error);
  };

  #report(interceptor: RunInterceptor, what: string, error?: Error): void {
    const name = interceptorName(interceptor);
    const { listener, task, runId } = this.#run;
    this.#interception.log.warn(`The interceptor ${name} ${what}.`, {
      ...{ listener, task, runId },
      ...(error === undefined ? {} : { error }),
      ...limited(`interceptor ${name} ${what}`),
    });
  }
}

interface Settling<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}
