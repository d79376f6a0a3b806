import { beatOf, Standstill, stepOf } from '../../src/watchdog/Standstill';

const AFTER = 1_000;
const STEP = 100;
const BEAT = 200;

/** A thread that beats, and another one that looks at it when it is due, some time after the first beat. */
function givenStandstill(firstLook = 70) {
  const standstill = new Standstill({ after: AFTER, beat: BEAT, step: STEP });
  let now = 50_000;
  let beatAt = now;
  let beatsAt = now + BEAT;
  let looksAt = now + firstLook;
  let looks = 0;
  const ended: number[] = [];
  const look = (): void => {
    looks++;
    const stood = standstill.look(now, beatAt);
    if (stood !== undefined) ended.push(stood);
    looksAt = now + standstill.nextLookMs;
  };
  const passing = (ms: number, isTurning: boolean): void => {
    for (const until = now + ms; now < until; now++) {
      if (isTurning && now >= beatsAt) {
        beatAt = now;
        beatsAt = now + BEAT;
      }
      if (now >= looksAt) look();
    }
  };
  return {
    standstill,
    ended,
    looks: () => looks,
    /** Time passes, and the thread beats: at once, where a beat is overdue. */
    turning: (ms: number) => passing(ms, true),
    /** Time passes, and the thread does not beat. */
    standing: (ms: number) => passing(ms, false),
    /** Time passes in which neither thread runs; the one that looks is the first to do so again. */
    suspended(ms: number): void {
      now += ms;
      look();
    },
    /** Same, but the one that beats is the first to do so again. */
    suspendedAndBeaten(ms: number): void {
      now += ms;
      beatAt = now;
      beatsAt = now + BEAT;
      now++;
      look();
    },
    /** The time until it is told. */
    untilStanding(): number {
      const from = now;
      while (!standstill.isStanding) passing(1, false);
      return now - from;
    },
  };
}

/** Instants between two beats, and between two looks. */
const INSTANTS = Array.from({ length: 60 }, (_, place) => 1_000 + 17 * place);

describe('A standstill', () => {
  it('is none while the thread beats', () => {
    const { standstill, turning, ended } = givenStandstill();
    for (let looked = 0; looked < 100; looked++) {
      turning(97);
      expect(standstill.isStanding).toBe(false);
    }
    expect(ended).toEqual([]);
  });

  it('is looked for twice within the time that counts as one, while the thread beats', () => {
    const { turning, looks } = givenStandstill();
    turning(100 * AFTER);
    expect(looks()).toBeLessThanOrEqual(2 * 100 + 1);
  });

  it.each(INSTANTS)('is never told of a thread that stood still for less than it may, from %d ms on', (ms) => {
    const { standstill, turning, standing, ended } = givenStandstill();
    turning(ms);
    standing(AFTER);
    expect(standstill.isStanding).toBe(false);
    turning(2 * AFTER);
    expect(ended).toEqual([]);
  });

  it.each(INSTANTS)('is told less than a quarter too late, from %d ms on', (ms) => {
    const { turning, untilStanding } = givenStandstill();
    turning(ms);
    expect(untilStanding()).toBeLessThan(1.25 * AFTER);
  });

  it.each(INSTANTS)('is told with its length when it is over, and once, from %d ms on', (ms) => {
    const { standstill, turning, standing, ended } = givenStandstill();
    turning(ms);
    standing(4_000);
    expect(standstill.isStanding).toBe(true);
    turning(2 * AFTER);
    expect(standstill.isStanding).toBe(false);
    expect(ended).toHaveLength(1);
    expect(ended[0]).toBeGreaterThanOrEqual(4_000);
    expect(ended[0]).toBeLessThanOrEqual(4_000 + BEAT);
  });

  it('is told of a thread that has beaten once, as it did when it was looked at first', () => {
    const { standing, standstill } = givenStandstill(900);
    standing(900 + AFTER);
    expect(standstill.isStanding).toBe(false);
    standing(BEAT + STEP);
    expect(standstill.isStanding).toBe(true);
  });

  it.each(INSTANTS)('is not taken from a process that was stopped, or a machine that slept, from %d ms on', (ms) => {
    const { standstill, turning, suspended } = givenStandstill();
    turning(ms);
    for (let times = 0; times < 3; times++) {
      suspended(3_600_000);
      expect(standstill.isStanding).toBe(false);
      turning(BEAT);
      expect(standstill.isStanding).toBe(false);
    }
  });

  it('counts on after the process was stopped in the middle of it', () => {
    const { standstill, turning, standing, suspended } = givenStandstill();
    turning(500);
    standing(700);
    suspended(3_600_000);
    expect(standstill.isStanding).toBe(false);
    standing(500);
    expect(standstill.isStanding).toBe(true);
    expect(standstill.stoodMs).toBeLessThan(AFTER + BEAT + 3 * STEP);
  });

  it.each(INSTANTS)('is told as soon as ever after the process was stopped, from %d ms on', (ms) => {
    const { standstill, turning, suspendedAndBeaten, untilStanding } = givenStandstill();
    turning(ms);
    suspendedAndBeaten(3_600_000);
    expect(standstill.isStanding).toBe(false);
    expect(untilStanding()).toBeLessThan(1.25 * AFTER);
  });

  it.each(INSTANTS)('is not made of the time in which the process was stopped, from %d ms on', (ms) => {
    const { standstill, turning, standing, suspended } = givenStandstill();
    turning(ms);
    standing(0.1 * AFTER);
    suspended(3_600_000);
    standing(0.6 * AFTER);
    expect(standstill.isStanding).toBe(false);
  });

  it('is forgiven until the next beat', () => {
    const { standstill, turning, standing, ended } = givenStandstill();
    turning(500);
    standing(2 * AFTER);
    standstill.forgive();
    standing(60_000);
    expect(standstill.isStanding).toBe(false);
    turning(1_000);
    expect(ended).toEqual([]);
    standing(2 * AFTER);
    expect(standstill.isStanding).toBe(true);
  });

  it.each([
    [100, 10, 20],
    [1_000, 100, 200],
    [2_000, 200, 400],
    [60_000, 200, 400],
  ])('of %d ms is looked for every %d ms, with a beat every %d ms', (after, step, beat) => {
    expect([stepOf(after), beatOf(after)]).toEqual([step, beat]);
  });
});
