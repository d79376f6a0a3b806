import { ContainerModule, injectable } from 'inversify';

import {
  type Application,
  BackgroundDaemon,
  ClusterEngine,
  type ClusterHold,
  type ClusterTaskHandle,
  type ClusterWorker,
  createApplication,
} from '../../src';

class Shared {
  tick(): void {}
}
BackgroundDaemon({ name: 'shared', interval: '1h', scope: 'cluster' })(Shared);
class Own {
  tick(): void {}
}
BackgroundDaemon({ name: 'own', interval: '1h' })(Own);
class Held {
  async run({ signal }: { signal: AbortSignal }): Promise<void> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
}
BackgroundDaemon({ name: 'held', scope: 'cluster' })(Held);

/** An engine that does nothing, and keeps the worker of the task. */
class IdleEngine extends ClusterEngine {
  readonly kind = 'idle';
  readonly processId = 'one';
  readonly leaseMs = 1_000;
  readonly isConnected = true;
  readonly clockOffsetMs = 0;
  worker: ClusterWorker | undefined;
  readonly accepted: boolean[] = [];
  watch = () => () => undefined;
  join(_task: unknown, worker: ClusterWorker): ClusterTaskHandle {
    this.worker = worker;
    return {
      state: {},
      intents: {},
      offer: async () => 'known',
      trigger: async () => Promise.reject(new Error('not here')),
      change: async () => ({}),
      lift: async () => undefined,
      deadLetters: async () => [],
      dismiss: async () => 0,
      recordOf: async () => undefined,
      history: async () => [],
      accept: (isAccepting) => void this.accepted.push(isAccepting),
      leave: async () => undefined,
    };
  }
  hold(): ClusterHold {
    return { state: {}, leave: async () => undefined };
  }
}

class BrokenEngine extends IdleEngine {
  constructor() {
    super();
    throw new Error('no certificate');
  }
}

/** An application whose engine is a service of that class, or a listener. */
async function givenApplication(Engine: new () => IdleEngine, ...listeners: readonly (new () => object)[]) {
  class Bound extends Engine {}
  injectable('Singleton')(Bound);
  const application = await createApplication({
    name: 'shop',
    listeners,
    modules: [new ContainerModule(({ bind }) => void bind(ClusterEngine).to(Bound))],
    logger: { log: () => undefined },
    config: { directory: false, env: false },
  });
  return { application };
}

const startOf = (application: Application): Promise<unknown> =>
  application.start().then(
    () => undefined,
    (error: unknown) => error,
  );

describe('A cluster engine whose constructor throws', () => {
  it.each([
    ['a task', Shared],
    ['a run body', Held],
  ])('fails the boot of an application that shares %s, by name, and leaves nothing behind', async (_, Sharing) => {
    const { application } = await givenApplication(BrokenEngine, Own, Sharing);

    const error = await startOf(application);

    expect(error).toMatchObject({
      code: 'CLUSTER_ENGINE_FAILED',
      facts: { engine: 'Bound', cause: 'no certificate' },
      cause: { message: 'no certificate' },
    });
    expect(application.status().listeners.map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    expect(await application.stop('the test is over')).toMatchObject({ code: 1 });
  });

  it('does so as a listener as well, which is told by its own failure first', async () => {
    @BackgroundDaemon({ name: 'engine' })
    class Broken extends BrokenEngine {}
    const application = await createApplication({
      name: 'shop',
      listeners: [Broken, Shared],
      logger: { log: () => undefined },
      config: { directory: false, env: false },
    });

    const error = await startOf(application);

    expect(error).toMatchObject({ code: 'CLUSTER_ENGINE_FAILED', facts: { engine: 'Broken' } });
    expect(application.status().listeners[0]).toMatchObject({
      state: 'startup_failed',
      error: { message: 'no certificate' },
    });
  });

  it('does not matter to an application that shares nothing', async () => {
    const { application } = await givenApplication(BrokenEngine, Own);

    expect(await startOf(application)).toBeUndefined();
    await application.stop('the test is over');
  });
});

describe('A process with the older schedule', () => {
  it('takes no moments of a task that is left to another process, until that is gone', async () => {
    const { application } = await givenApplication(IdleEngine, Shared);
    await application.start();
    const { worker, accepted } = application.container.get(ClusterEngine) as IdleEngine;

    worker?.superseded(true);
    expect(accepted).toEqual([false]);
    worker?.superseded(false);
    expect(accepted).toEqual([false, true]);
    await application.stop('the test is over');
  });
});

describe('A due moment that has overtaken others', () => {
  it('records as missed what lies before it, without those that wait for their own turn', async () => {
    const { application } = await givenApplication(IdleEngine, Shared);
    await application.start();
    const { worker } = application.container.get(ClusterEngine) as IdleEngine;
    const first = Date.parse(application.plan.listeners[0]?.tasks[0]?.nextDue[0] ?? '');
    const due = (index: number): number => first + index * 3_600_000;
    const moment = { trigger: 'schedule', scheduledAt: due(5), firesAt: due(5) } as const;

    const ranges = [[], [due(4)], [due(1), due(3)], [due(1), due(2), due(3), due(4)]].map((waiting) => {
      const records = worker?.skip(moment, 'overlap', due(0), waiting) ?? [];
      return records.slice(0, -1).map(({ reason, missed }) => [reason, missed?.from, missed?.to, missed?.count]);
    });
    await application.stop('the test is over');

    const text = (index: number): string => new Date(due(index)).toISOString();
    expect(ranges).toEqual([
      [['missed', text(1), text(4), 4]],
      [['missed', text(1), text(3), 3]],
      [['missed', text(2), text(4), 2]],
      [],
    ]);
  });
});
