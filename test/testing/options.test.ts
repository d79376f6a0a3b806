import { ContainerModule } from 'inversify';

import { BackgroundDaemon } from '../../src';
import { PlanError } from '../../src/errors/Problem';
import { auto, createTestApplication, override, type TestApplicationOptions, VirtualClock } from '../../src/testing';
import { rejectionOf } from '../support/givenListener';

class Orders {
  count(): number {
    return 1;
  }
}

@BackgroundDaemon({ interval: '1m' })
class OrderSync {
  constructor(private readonly orders: Orders) {}
  tick(): void {
    this.orders.count();
  }
}

const fake = override(Orders, { count: () => 2 });

/** The problems of options that may come from JavaScript. */
async function problemsOf(options: object): Promise<readonly string[]> {
  const given = { listeners: [OrderSync], services: [Orders], ...options } as TestApplicationOptions;
  const error = await rejectionOf(createTestApplication(given));
  if (!(error instanceof PlanError)) throw error as Error;
  return error.problems.map(({ code, what, fix }) => `${code}: ${what} ${fix}`);
}

describe('The options of a test application', () => {
  it.each([
    [
      'an override without a list around it',
      { overrides: fake },
      'overrides[0]',
      'give what override(Service, fake) returns',
    ],
    ['an object', { overrides: { orders: fake } }, 'overrides', 'give a list, overrides: [override(Service, fake)]'],
    ['auto that is not called', { overrides: auto }, 'overrides', 'or auto()'],
    ['auto inside the list', { overrides: [auto()] }, 'overrides[0]', 'give it in place of the list'],
    ['auto of an override without a list', { overrides: auto(fake as never) }, 'overrides[0]', 'give what override('],
    ['no entry', { overrides: [undefined] }, 'overrides[0]', 'give what override(Service, fake) returns'],
    [
      'no replacement',
      { overrides: [[Orders, undefined]] },
      'overrides[0]',
      'give a replacement of Orders; look for a',
    ],
    ['leaks that are off', { leaks: 'off' }, 'leaks', "give 'fail' or 'ignore'"],
    ['a watchdog in words', { watchdog: 'no' }, 'watchdog', 'give true or false'],
  ])('are refused with what to write instead: %s', async (_what, options, option, fix) => {
    const [problem] = await problemsOf(options);

    expect(problem).toContain(`INVALID_OPTION: The option "${option}" of createTestApplication is invalid. `);
    expect(problem).toContain(fix);
  });

  it('are refused all at once', async () => {
    expect(await problemsOf({ overrides: [undefined, fake, auto()], leaks: true })).toHaveLength(3);
  });

  it('may replace a binding that is no class by nothing', async () => {
    const region = new ContainerModule(({ bind }) => void bind('region').toConstantValue('eu'));
    const app = await createTestApplication({ modules: [region], overrides: [override('region', undefined)] });
    expect(app.container.get('region')).toBeUndefined();
  });

  it.each(['100', -1, Number.NaN])('have to give settleMs in milliseconds: %p', async (settleMs) => {
    expect(() => new VirtualClock({ settleMs: settleMs as number })).toThrow(RangeError);
    await expect(createTestApplication({ settleMs: settleMs as number })).rejects.toThrow(/^settleMs is a number/);
  });
});
