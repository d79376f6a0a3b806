import { Standstill, stepOf } from '../../src/watchdog/Standstill';

const AFTER = 1_000;
const STEP = 100;

/** Looks every step, from one instant to another, at a thread that beats as `beatsAt` says. */
function givenStandstill() {
  const standstill = new Standstill({ after: AFTER, step: STEP });
  let beats = 0;
  let now = 50_000;
  const ended: number[] = [];
  const look = (ms: number): void => {
    now += ms;
    const stood = standstill.look(now, beats);
    if (stood !== undefined) ended.push(stood);
  };
  return {
    standstill,
    ended,
    /** Time passes, and the thread beats. */
    turning(ms: number): void {
      for (let passed = 0; passed < ms; passed += STEP) {
        beats++;
        look(STEP);
      }
    },
    /** Time passes, and the thread does not beat. */
    standing(ms: number): void {
      for (let passed = 0; passed < ms; passed += STEP) look(STEP);
    },
    /** Neither thread runs. */
    suspended(ms: number): void {
      look(ms);
    },
  };
}

describe('A standstill', () => {
  it('is none while the thread beats', () => {
    const { standstill, turning } = givenStandstill();
    turning(10 * AFTER);
    expect(standstill.isStanding).toBe(false);
  });

  it('is never told of a thread that stood still for less than it may', () => {
    const { standstill, turning, standing, ended } = givenStandstill();
    turning(500);
    // The last beat was up to one step before the thread was held.
    standing(AFTER);
    expect(standstill.isStanding).toBe(false);
    turning(500);
    expect(ended).toEqual([]);
  });

  it('is told one step later, with its length when it is over, and once', () => {
    const { standstill, turning, standing, ended } = givenStandstill();
    turning(500);
    standing(AFTER + STEP);
    expect(standstill.isStanding).toBe(true);
    standing(4_000);
    turning(500);
    expect(standstill.isStanding).toBe(false);
    expect(ended).toEqual([AFTER + STEP + 4_000 + STEP / 2]);
  });

  it('is not taken from a process that was stopped, or a machine that slept', () => {
    const { standstill, turning, suspended } = givenStandstill();
    turning(500);
    suspended(3_600_000);
    expect(standstill.isStanding).toBe(false);
  });

  it('counts on after the process was stopped in the middle of it', () => {
    const { standstill, turning, standing, suspended } = givenStandstill();
    turning(500);
    standing(500);
    suspended(3_600_000);
    expect(standstill.isStanding).toBe(false);
    standing(400);
    expect(standstill.isStanding).toBe(true);
    expect(standstill.stoodMs).toBeLessThan(AFTER + 3 * STEP);
  });

  it('is forgiven until the next beat', () => {
    const { standstill, turning, standing, ended } = givenStandstill();
    turning(500);
    standing(2 * AFTER);
    standstill.forgive();
    standing(60_000);
    expect(standstill.isStanding).toBe(false);
    turning(100);
    expect(ended).toEqual([]);
    standing(2 * AFTER);
    expect(standstill.isStanding).toBe(true);
  });

  it.each([
    [100, 10],
    [1_000, 100],
    [2_000, 200],
    [60_000, 200],
  ])('of %d ms is looked for every %d ms', (after, step) => {
    expect(stepOf(after)).toBe(step);
  });
});
