import { Debounce, type DebounceOptions } from '../investigation/Debounce';

const MINUTE = 60_000;

function given(options: Partial<DebounceOptions> = {}) {
  const debounce = new Debounce({ windowMs: 10 * MINUTE, consecutive: 2, bypassCritical: false, ...options });
  let sequence = 0;
  const decide = (minute: number, event: { key?: string; sequence?: number; critical?: boolean } = {}) => {
    const { key = 'billing', sequence: number = ++sequence, critical = false } = event;
    return debounce.decide(key, { sequence: number, at: new Date(minute * MINUTE).toISOString(), critical });
  };
  return { debounce, decide };
}

describe('The debounce', () => {
  it('dispatches the second of two events, and then nothing for the window', () => {
    const { decide } = given();

    expect(decide(0)).toEqual({ kind: 'buffered', waiting: 1 });
    expect(decide(5)).toEqual({ kind: 'dispatch' });
    expect(decide(14)).toEqual({ kind: 'debounced' });
    expect(decide(15)).toEqual({ kind: 'buffered', waiting: 1 });
  });

  it('counts an event that comes again once', () => {
    const { decide } = given();

    decide(0, { sequence: 7 });

    expect(decide(0, { sequence: 7 })).toEqual({ kind: 'buffered', waiting: 1 });
  });

  it('dispatches again what was taken back', () => {
    const { debounce, decide } = given();
    decide(0, { sequence: 1 });
    decide(5, { sequence: 2 });

    debounce.takeBack('billing');

    expect(decide(5, { sequence: 2 })).toEqual({ kind: 'dispatch' });
  });

  it('goes on when the clock is set back', () => {
    const { decide } = given({ consecutive: 1 });
    decide(1_000);

    expect(decide(5)).toEqual({ kind: 'dispatch' });
  });

  it.each([
    [{ windowMs: 0 }, false],
    [{ bypassCritical: true }, true],
  ])('with %j dispatches each event at once (critical: %s)', (options, critical) => {
    const { decide } = given(options);

    expect([decide(0, { critical }), decide(0, { critical })]).toEqual([{ kind: 'dispatch' }, { kind: 'dispatch' }]);
  });
});
