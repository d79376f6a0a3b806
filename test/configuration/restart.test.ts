import { BackgroundDaemon, Listener, PlanError, type RestartOption } from '../../src';
import { createTestApplication } from '../../src/testing';
import { rejectionOf } from '../support/givenListener';

const ON_FAILURE = { delay: 1_000, maxDelay: 60_000, jitter: { kind: 'percent', percent: 20 }, resetAfter: 600_000 };
const FATAL_LIMIT = { restarts: 5, within: 600_000 };

function givenDaemon(restart: unknown, fatalOnStartupFailure = false) {
  @BackgroundDaemon({ restart: restart as RestartOption, fatalOnStartupFailure })
  class Mail {}
  return Mail;
}

const policyOf = async (restart: unknown, { fatal = false, values = {}, env = {} } = {}) => {
  const listeners = [givenDaemon(restart, fatal)];
  const app = await createTestApplication({ listeners, config: { values, env } });
  const [planned] = app.plan.listeners;
  return { policy: app.daemons.get('mail')?.restart, planned, text: app.plan.toText() };
};

const problemsOf = async (restart: unknown, config: object = {}) => {
  const error = await rejectionOf(createTestApplication({ listeners: [givenDaemon(restart)], config }));
  expect(error).toBeInstanceOf(PlanError);
  return (error as PlanError).problems.map(({ code, what, fix }) => `${code}: ${what} ${fix}`);
};

describe('the option "restart"', () => {
  it.each([[undefined], ['never']])('%p: the daemon is never restarted', async (restart) => {
    const { policy, planned } = await policyOf(restart);
    expect(policy).toBeUndefined();
    expect(planned?.restart).toBe('never');
  });

  it("'on-failure' stands for every default, without a limit", async () => {
    const { policy, planned } = await policyOf('on-failure');
    expect(policy).toEqual(ON_FAILURE);
    expect(planned).toMatchObject({
      restart: 'after 1s to 1m (jitter 20%), no limit, reset after 10m',
      origins: { restart: 'decorator' },
    });
    expect((await policyOf({})).policy).toEqual(ON_FAILURE);
  });

  it('has a limit of 5 within 10 minutes for a fatal daemon, and for a @Listener', async () => {
    expect((await policyOf('on-failure', { fatal: true })).policy).toEqual({ ...ON_FAILURE, limit: FATAL_LIMIT });
    @Listener({ restart: 'on-failure' })
    class Mount {}
    const app = await createTestApplication({ listeners: [Mount] });
    expect(app.listeners.get('mount')?.restart).toEqual({ ...ON_FAILURE, limit: FATAL_LIMIT });
  });

  it('takes each value that is given, and the default of each that is not', async () => {
    const limit = { restarts: 3, within: '1h' };
    const { policy } = await policyOf({ delay: '5s', maxDelay: '5m', jitter: 0, resetAfter: '1h', limit });
    expect(policy).toEqual({
      delay: 5_000,
      maxDelay: 300_000,
      jitter: { kind: 'ms', ms: 0 },
      resetAfter: 3_600_000,
      limit: { restarts: 3, within: 3_600_000 },
    });
    expect((await policyOf({ delay: '5m' })).policy).toMatchObject({ delay: 300_000, maxDelay: 300_000 });
    expect((await policyOf({ limit: 'none' }, { fatal: true })).policy).toEqual(ON_FAILURE);
  });

  it('is replaced as a whole by the configuration, and the plan says from where', async () => {
    const values = { listeners: { mail: { restart: { delay: '2s' } } } };
    const { policy, planned, text } = await policyOf({ maxDelay: '1h' }, { values });
    expect(policy).toEqual({ ...ON_FAILURE, delay: 2_000 });
    expect(planned?.origins).toMatchObject({ restart: 'values' });
    expect(text).toContain('restart after 2s to 1m (jitter 20%), no limit, reset after 10m (values)');
  });

  it.each([
    [{ DAEMONRY__LISTENERS__MAIL__RESTART: 'on-failure' }, ON_FAILURE],
    [{ DAEMONRY__LISTENERS__MAIL__RESTART: '{"delay":"2s"}' }, { ...ON_FAILURE, delay: 2_000 }],
    [{ DAEMONRY__LISTENERS__MAIL__RESTART__MAX_DELAY: '2m' }, { ...ON_FAILURE, maxDelay: 120_000 }],
    [
      { DAEMONRY__LISTENERS__MAIL__RESTART__LIMIT: '{"restarts":2,"within":"1m"}' },
      { ...ON_FAILURE, limit: { restarts: 2, within: 60_000 } },
    ],
    [{ DAEMONRY__LISTENERS__MAIL__RESTART__LIMIT: 'none' }, ON_FAILURE],
    [{ DAEMONRY__LISTENERS__MAIL__RESTART: 'never' }, undefined],
  ])('can be set by environment variables: %p', async (env, expected) => {
    expect((await policyOf(undefined, { env })).policy).toEqual(expected);
  });

  it('reports everything that does not fit at once, with the nearest key', async () => {
    const problems = await problemsOf({
      dealy: '1s',
      maxDelay: 'soon',
      jitter: '120%',
      resetAfter: 0,
      limit: { restarts: 0, within: '1m', witin: 1 },
    });
    expect(problems).toEqual([
      expect.stringContaining(
        'UNKNOWN_OPTION: "dealy" is not known in the option "restart" of @BackgroundDaemon of Mail. Did you mean "delay"?',
      ),
      expect.stringContaining('The option "restart.maxDelay" of @BackgroundDaemon of Mail does not fit.'),
      expect.stringContaining('"restart.jitter"'),
      expect.stringContaining('"restart.resetAfter"'),
      expect.stringContaining(
        '"restart.limit.restarts" of @BackgroundDaemon of Mail does not fit. give a whole number',
      ),
      expect.stringContaining('"witin" is not known in the option "restart.limit"'),
    ]);
  });

  it.each([20, '20', '20s%', -1, '101%'])(
    'takes %p for no jitter: a share has its sign, a duration its unit',
    async (jitter) => {
      expect(await problemsOf({ jitter })).toEqual([expect.stringContaining("from '0%' to '100%'")]);
    },
  );

  it.each([[0], ['0%'], ['5s'], ['12.5%']])('takes %p for a jitter', async (jitter) => {
    expect((await policyOf({ jitter })).policy).toHaveProperty('jitter');
  });

  it('reports everything that is configured wrongly at once, with its path', async () => {
    const restart = { dealy: '1s', maxDelay: 'soon', limit: { restarts: 'many', within: '1m' } };
    const problems = await problemsOf('never', { values: { listeners: { mail: { restart } } } });
    expect(problems).toEqual([
      expect.stringContaining(
        '"listeners.mail.restart.dealy" is configured, and "dealy" is not a key of "restart". Did you mean "delay"?',
      ),
      expect.stringContaining('The configured value of "listeners.mail.restart.maxDelay" does not fit.'),
      expect.stringContaining('"listeners.mail.restart.limit.restarts"'),
    ]);
  });

  it.each([
    ['always'],
    [true],
    [[]],
    [{ delay: '10s', maxDelay: '5s' }],
    [{ delay: '1ms' }],
    [{ limit: { restarts: 5 } }],
    [{ limit: 5 }],
    [null],
  ])('refuses %p', async (restart) => {
    const problems = await problemsOf(restart);
    expect(problems).toEqual([expect.stringMatching(/^INVALID_OPTION: The option "restart/)]);
  });
});
