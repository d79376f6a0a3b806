import { ClusterEngine, createApplication, PlanError } from '../../src';
import { BackgroundDaemon, Listener, PeriodicTask } from '../../decorators/listeners';

abstract class SilentEngine extends ClusterEngine {
  readonly kind = 'silent';
  readonly processId = 'one';
  readonly leaseMs = 1_000;
  readonly isConnected = false;
  readonly clockOffsetMs = 0;
  watch = () => () => undefined;
  join(): never {
    throw new Error('not asked for in a plan');
  }
  hold(): never {
    throw new Error('not asked for in a plan');
  }
}

@BackgroundDaemon({ name: 'cluster' })
class EngineDaemon extends SilentEngine {}

const daemon = (options: object, run = false): new () => object => {
  class Subject {
    tick(): void {}
  }
  if (run) Object.assign(Subject.prototype, { run: async () => undefined });
  BackgroundDaemon({ name: 'subject', ...options })(Subject);
  return Subject;
};

const planned = async (listeners: readonly (new () => object)[], values: Record<string, unknown> = {}) =>
  (await createApplication({ name: 'shop', listeners, config: { directory: false, env: false, values } })).plan;

const problemsOf = async (...given: Parameters<typeof planned>): Promise<PlanError['problems']> => {
  try {
    await planned(...given);
    return [];
  } catch (error) {
    return (error as PlanError).problems;
  }
};

describe('A task of cluster scope', () => {
  it('is shown in the plan, with its delivery and the edge to the engine, which does not block it', async () => {
    const plan = await planned([daemon({ interval: '1m', scope: 'cluster', delivery: 'at-least-once' }), EngineDaemon]);

    expect(plan.order).toEqual(['cluster', 'subject']);
    const [, subject] = plan.listeners;
    expect(subject?.tasks[0]).toMatchObject({ scope: 'cluster', delivery: 'at-least-once', maxStarts: 3 });
    expect(subject?.tasks[0]?.origins).toMatchObject({ scope: 'decorator', maxStarts: 'default' });
    expect(subject?.edges).toEqual([expect.objectContaining({ on: 'cluster', kind: 'cluster', soft: true })]);
    expect(plan.toText()).toMatch(/every 1m, cluster scope, at-least-once \(decorator\), 3 starts/);
    expect(plan.toText()).toMatch(/after cluster \(soft, cluster: Subject -> EngineDaemon\)/);
  });

  it('is one by the configuration too, and process scope by it again', async () => {
    const given = daemon({ interval: '1m' });
    const shared = await planned([given, EngineDaemon], { 'listeners.subject.scope': 'cluster' });
    const own = await planned([daemon({ interval: '1m', scope: 'cluster', delivery: 'at-least-once', maxStarts: 5 })], {
      'listeners.subject.tasks.tick.scope': 'process',
    });

    expect(shared.listeners[1]?.tasks[0]).toMatchObject({ scope: 'cluster', delivery: 'at-most-once', maxStarts: 1 });
    expect(own.listeners[0]?.tasks[0]).not.toHaveProperty('scope');
    expect(shared.values).toBeDefined();
  });

  it('needs an engine: each task without one is named, at once', async () => {
    class Two {
      tick(): void {}
      sweep(): void {}
    }
    PeriodicTask({ interval: '1h', scope: 'cluster' })(
      Two.prototype,
      'sweep',
      Object.getOwnPropertyDescriptor(Two.prototype, 'sweep') as TypedPropertyDescriptor<() => void>,
    );
    BackgroundDaemon({ name: 'two', interval: '1m' })(Two);
    const problems = await problemsOf([Two, daemon({ interval: '1m', scope: 'cluster' }, true)]);

    expect(problems.map(({ code, what }) => [code, what.split(' has')[0]])).toEqual([
      ['CLUSTER_ENGINE_MISSING', '"two.sweep"'],
      ['CLUSTER_ENGINE_MISSING', '"subject.tick"'],
      ['CLUSTER_ENGINE_MISSING', '"subject.run"'],
    ]);
    expect(problems[0]?.fix).toContain('clusterModule()');
  });

  it('needs one engine only', async () => {
    @Listener({ name: 'other_engine' })
    class OtherEngine extends SilentEngine {}
    const problems = await problemsOf([daemon({ interval: '1m', scope: 'cluster' }), EngineDaemon, OtherEngine]);

    expect(problems).toMatchObject([
      { code: 'CLUSTER_ENGINE_AMBIGUOUS', facts: { engines: 'EngineDaemon, OtherEngine' } },
    ]);
  });

  it('has a schedule that every process can compute: all that is wrong is said at once', async () => {
    const problems = await problemsOf([
      daemon({ interval: '1m', scope: 'cluster', mode: 'fixed-delay', initialDelay: '1s' }),
      EngineDaemon,
    ]);

    expect(problems.map(({ code, facts }) => [code, facts])).toEqual([
      ['CLUSTER_SCHEDULE_UNSHARED', expect.objectContaining({ 'mode from': 'decorator' })],
      ['CLUSTER_SCHEDULE_UNSHARED', expect.objectContaining({ 'initialDelay from': 'decorator' })],
    ]);
  });

  it.each([
    [{ interval: '1m', delivery: 'at-least-once' }, {}, 'INVALID_OPTION', /"delivery" of @BackgroundDaemon of Subject/],
    [{ interval: '1m', scope: 'cluster', maxStarts: 5 }, {}, 'INVALID_OPTION', /"maxStarts".*'at-least-once'/],
    [{ interval: '1m' }, { 'listeners.subject.delivery': 'at-least-once' }, 'CONFIG_CONFLICT', /"listeners.subject"/],
    [
      { interval: '1m', scope: 'cluster' },
      { 'listeners.subject.tasks.tick.maxStarts': 4 },
      'CONFIG_CONFLICT',
      /"listeners.subject.tasks.tick"/,
    ],
  ])('refuses %j with %j, which would have no effect', async (options, values, code, what) => {
    const problems = await problemsOf([daemon(options), EngineDaemon], values);

    expect(problems).toMatchObject([{ code, what: expect.stringMatching(what) as string }]);
  });

  it('may have a long interval, which no restart begins anew', async () => {
    const plan = await planned([daemon({ interval: '6h', scope: 'cluster' }), EngineDaemon]);

    expect(plan.warnings).toEqual([]);
  });
});

describe('A run body of cluster scope', () => {
  it('is shown in the plan, and has the edge to the engine', async () => {
    const plan = await planned([daemon({ scope: 'cluster', interval: '1m' }, true), EngineDaemon]);

    expect(plan.listeners[1]).toMatchObject({ runScope: 'cluster', edges: [{ on: 'cluster' }] });
    expect(plan.toText()).toContain('run in cluster scope');
  });
});

describe('An option that has no effect', () => {
  const bodyOnly = (options: object): new () => object => {
    class Body {
      async run(): Promise<void> {}
    }
    BackgroundDaemon({ name: 'body', ...options })(Body);
    return Body;
  };

  it.each([
    ['delivery', { scope: 'cluster', delivery: 'at-least-once' }],
    ['maxStarts', { scope: 'cluster', maxStarts: 4 }],
    ['delivery', { delivery: 'at-least-once' }],
  ])('is refused for what it is: %s of a daemon with a run body alone', async (option, options) => {
    const [problem, ...others] = await problemsOf([bodyOnly(options), EngineDaemon]);

    expect(others).toEqual([]);
    expect(problem?.what).toBe(
      `"${option}" of @BackgroundDaemon of Body has no effect: Body has no periodic task, and a \`run\` body has no due moments.`,
    );
    expect(problem?.fix).toBe('remove it.');
  });

  it.each(['process', 'cluster'])('is refused: an initial delay of a cron pattern, with scope %s', async (scope) => {
    const [problem] = await problemsOf([daemon({ scope, cron: '0 * * * *', initialDelay: '5m' }), EngineDaemon]);
    expect(problem).toMatchObject({
      code: 'INVALID_SCHEDULE',
      what: '@BackgroundDaemon of Subject gives "initialDelay" with "cron".',
    });

    const values = { 'listeners.subject.initialDelay': '5m' };
    const configured = await problemsOf([daemon({ scope, cron: '0 * * * *' }), EngineDaemon], values);
    expect(configured[0]).toMatchObject({ code: 'CONFIG_CONFLICT' });
  });

  it('does not stand in the way of others: the delay of a class whose other task has an interval', async () => {
    class Mixed {
      tick(): void {}
      sweep(): void {}
    }
    PeriodicTask({ cron: '0 * * * *' })(Mixed.prototype, 'sweep', { value: Mixed.prototype.sweep });
    BackgroundDaemon({ name: 'mixed', interval: '1m', initialDelay: '5m' })(Mixed);

    expect(await problemsOf([Mixed])).toEqual([]);
  });
});

describe('A name with half of a character', () => {
  it('is refused by the plan', async () => {
    const app = createApplication({ name: 'shop\ud800', listeners: [], config: { directory: false, env: false } });
    await expect(app).rejects.toMatchObject({ problems: [{ code: 'INVALID_OPTION' }] });
  });
});
