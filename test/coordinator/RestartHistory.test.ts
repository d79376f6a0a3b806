import type { RestartPolicy } from '../../src';
import { NO_RESTARTS, type RestartHistory } from '../../src/coordinator/RestartHistory';

const POLICY: RestartPolicy = {
  delay: 1_000,
  maxDelay: 60_000,
  jitter: { kind: 'percent', percent: 20 },
  resetAfter: 600_000,
};

/** The delays of the first restarts in a row. */
function delays(policy: RestartPolicy, random: () => number, count = 9): number[] {
  let history: RestartHistory = NO_RESTARTS;
  return Array.from({ length: count }, () => {
    const delay = history.delay(policy, random);
    history = history.restarted(policy, 0);
    return delay;
  });
}

describe('the delay of a restart', () => {
  it('doubles with each failure in a row, up to maxDelay', () => {
    expect(delays(POLICY, () => 0)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000));
  });

  it('has up to 20 % added, of the delay', () => {
    expect(delays(POLICY, () => 0.999_999, 3)).toEqual([1_200, 2_400, 4_800]);
    expect(delays({ ...POLICY, jitter: { kind: 'ms', ms: 500 } }, () => 0.5, 3)).toEqual([1_250, 2_250, 4_250]);
  });

  it('brings a listener up soon after an outage of 60 s', () => {
    const after = (random: () => number): number => {
      let at = 0;
      for (const delay of delays(POLICY, random)) {
        at += delay;
        if (at >= 60_000) break;
      }
      return at;
    };
    expect(after(() => 0)).toBe(63_000);
    for (let step = 0; step < 100; step++) expect(after(() => step / 100)).toBeLessThanOrEqual(76_000);
  });

  it('stays finite after thousands of restarts', () => {
    expect(delays(POLICY, () => 0, 5_000).at(-1)).toBe(60_000);
  });
});

describe('the limit of restarts', () => {
  const limited = { ...POLICY, limit: { restarts: 2, within: 10_000 } };

  it('counts those within its time, however long the listener has run in between', () => {
    const twice = NO_RESTARTS.restarted(limited, 0).restarted(limited, 5_000);
    expect(twice.isUsedUp(limited, 9_999)).toBe(true);
    expect(twice.isUsedUp(limited, 10_000)).toBe(false);
    expect(twice.restarted(limited, 10_000).isUsedUp(limited, 10_001)).toBe(true);
  });

  it('does not count those before the clock was set back, of which nobody knows how long ago they were', () => {
    const twice = NO_RESTARTS.restarted(limited, 3_605_000).restarted(limited, 3_606_000);
    expect(twice.isUsedUp(limited, 6_000)).toBe(false);
    expect(twice.restarted(limited, 6_000).isUsedUp(limited, 3_606_500)).toBe(false);
  });

  it('is never used up when there is none', () => {
    let history: RestartHistory = NO_RESTARTS;
    for (let restart = 0; restart < 1_000; restart++) history = history.restarted(POLICY, restart);
    expect(history.isUsedUp(POLICY, 1_000)).toBe(false);
    expect(history.inRow).toBe(1_000);
  });
});
