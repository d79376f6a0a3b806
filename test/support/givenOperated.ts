import { BackgroundDaemon, Listener, PeriodicTask, type TickContext } from '../../src';
import { createTestApplication, type TestApplication } from '../../src/testing';

@BackgroundDaemon({ interval: '1h' })
class OrderSync {
  tick({ log }: TickContext): void {
    log.debug('fine');
  }
  @PeriodicTask({ interval: '2h' })
  compact(): void {}
}

@BackgroundDaemon({ interval: '1h' })
class Report {
  tick(): void {}
}

@BackgroundDaemon({ interval: '1h', essential: true })
class Watch {
  tick(): void {}
}

@Listener()
class Door {}

export const KIM = { by: 'kim', kind: 'human', reason: 'the disk is full' } as const;
export const BOT = { by: 'deploy-bot', kind: 'automation', reason: 'a deployment' } as const;

/** A running application with daemons to operate. */
export const started = async (
  options: Partial<Parameters<typeof createTestApplication>[0]> = {},
): Promise<TestApplication> => {
  const app = await createTestApplication({ listeners: [OrderSync, Report, Watch, Door], ...options });
  await app.start();
  return app;
};

/** The outcomes and reasons of a task's runs. */
export const outcomes = (app: TestApplication, listener: string, task = 'tick') =>
  app.runs(listener, { task }).map(({ outcome, reason }) => [outcome, reason].filter(Boolean).join(' '));

/** The status of a task. */
export const taskOf = (app: TestApplication, listener: string, task = 'tick') =>
  app
    .status()
    .listeners.find(({ name }) => name === listener)
    ?.tasks.find(({ name }) => name === task);
