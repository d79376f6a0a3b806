import { type Duration, InvalidDurationError, sleep } from 'daemonry';
import { VirtualClock } from 'daemonry/testing';

function given(duration: Duration = '30s') {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const state = { isOver: false };
  const sleeping = sleep(duration, { clock, signal: controller.signal }).finally(() => (state.isOver = true));
  sleeping.catch(() => undefined);
  return { clock, controller, state, sleeping };
}

describe('sleep', () => {
  it.each(['30s', 30_000] as const)('lasts as long as it is told, by the given clock: %p', async (duration) => {
    const { clock, state } = given(duration);

    await clock.advance(29_999);
    expect(state.isOver).toBe(false);
    await clock.advance(1);
    expect(state.isOver).toBe(true);
  });

  it('ends with the reason of the signal as soon as that aborts, and leaves no timer behind', async () => {
    const { clock, controller, sleeping } = given();
    const reason = new Error('the caller has gone');
    controller.abort(reason);

    await expect(sleeping).rejects.toBe(reason);
    expect(await clock.runNext()).toBeUndefined();
  });

  it('does not begin when the signal has aborted before', async () => {
    const clock = new VirtualClock();
    const reason = new Error('too late');

    await expect(sleep('30s', { clock, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await clock.runNext()).toBeUndefined();
  });

  it('is over when it is over: an abort that comes later changes nothing', async () => {
    const { clock, controller, sleeping } = given();
    await clock.advance('30s');
    controller.abort();

    await expect(sleeping).resolves.toBeUndefined();
  });

  it('refuses what is no duration', async () => {
    await expect(sleep('soon' as Duration)).rejects.toThrow(InvalidDurationError);
  });

  it('goes by the clock of the system when it is given none', async () => {
    await expect(sleep(1)).resolves.toBeUndefined();
  });
});
