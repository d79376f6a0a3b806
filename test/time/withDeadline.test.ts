import { getMaxListeners } from 'node:events';

import { type DeadlineOptions, type Duration, InvalidDurationError, sleep, withDeadline } from 'daemonry';
import { VirtualClock } from 'daemonry/testing';

/** Work that ends when the test says so. */
class Work {
  signal: AbortSignal | undefined;
  succeed: (result: string) => void = () => undefined;
  fail: (error: Error) => void = () => undefined;

  readonly begin = (signal: AbortSignal): Promise<string> => {
    this.signal = signal;
    return new Promise((resolve, reject) => {
      this.succeed = resolve;
      this.fail = reject;
    });
  };
}

function given(options: DeadlineOptions = {}) {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const work = new Work();
  const limited = withDeadline('30s', work.begin, { clock, signal: controller.signal, ...options });
  limited.catch(() => undefined);
  return { clock, controller, work, limited };
}

describe('withDeadline', () => {
  it('gives the result of work that ends in time, and leaves no timer behind', async () => {
    const { clock, work, limited } = given();
    await clock.advance(29_999);
    work.succeed('done');

    await expect(limited).resolves.toBe('done');
    expect(work.signal?.aborted).toBe(false);
    expect(await clock.runNext()).toBeUndefined();
  });

  it('gives the error of work that fails in time, also of work that is not asynchronous', async () => {
    const { clock, work, limited } = given();
    work.fail(new Error('disk full'));
    const throwing = (): never => {
      throw new Error('no disk');
    };

    await expect(limited).rejects.toThrow('disk full');
    await expect(withDeadline('30s', throwing, { clock })).rejects.toThrow('no disk');
    expect(await clock.runNext()).toBeUndefined();
  });

  it('gives up work that takes longer: a TimeoutError names the owner and the time, and is the reason of the signal', async () => {
    const { clock, work, limited } = given({ owner: 'The import of orders' });
    await clock.advance('30s');

    const error: unknown = await limited.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'TimeoutError', message: 'The import of orders did not finish within 30s' });
    expect(work.signal?.reason).toBe(error);
  });

  it('is not answered by work that succeeds as soon as it hears of the abort', async () => {
    const { clock, work, limited } = given();
    work.signal?.addEventListener('abort', () => work.succeed('just in time'));
    await clock.advance('30s');

    await expect(limited).rejects.toThrow('The work did not finish within 30s');
  });

  it('rejects with an error of its caller, where one is given', async () => {
    const late = new Error('no answer');
    const { clock, limited } = given({ expired: () => late });
    await clock.advance('30s');

    await expect(limited).rejects.toBe(late);
  });

  it('gives the work up as soon as the signal of its caller aborts, for the same reason', async () => {
    const { clock, controller, work, limited } = given();
    const reason = new Error('the caller has gone');
    controller.abort(reason);

    await expect(limited).rejects.toBe(reason);
    expect(work.signal?.reason).toBe(reason);
    expect(await clock.runNext()).toBeUndefined();
  });

  it('does not call the work when the signal has aborted before', async () => {
    const reason = new Error('too late');
    const work = new Work();

    await expect(withDeadline('30s', work.begin, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(work.signal).toBeUndefined();
  });

  it('tells of an error that work ends with after it was given up, and of none before', async () => {
    const told: unknown[] = [];
    const late = (error: unknown): void => void told.push(error);
    const inTime = given({ late });
    inTime.work.fail(new Error('in time'));
    await expect(inTime.limited).rejects.toThrow('in time');
    const tooLate = given({ late });
    await tooLate.clock.advance('30s');
    const error = new Error('too late');
    tooLate.work.fail(error);
    await tooLate.clock.settle();

    expect(told).toEqual([error]);
  });

  it('may be called any number of times with one signal, in which Node sees no leak', async () => {
    const { controller } = given();
    const calls = Array.from({ length: 11 }, () => given({ signal: controller.signal }).limited);
    const sleeping = sleep('1h', { clock: new VirtualClock(), signal: controller.signal });

    expect(getMaxListeners(controller.signal)).toBe(Number.POSITIVE_INFINITY);
    controller.abort(new Error('the stop'));
    for (const each of [...calls, sleeping]) await expect(each).rejects.toThrow('the stop');
  });

  it('refuses what is no duration, without calling the work', async () => {
    const work = new Work();

    await expect(withDeadline('soon' as Duration, work.begin)).rejects.toThrow(InvalidDurationError);
    expect(work.signal).toBeUndefined();
  });

  it('goes by the clock of the system when it is given none', async () => {
    await expect(withDeadline(1, () => new Promise(() => undefined))).rejects.toThrow('within 1ms');
  });
});
