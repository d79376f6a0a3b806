import { Metrics, metricsModule, type MetricsModuleOptions } from '@daemonry/modules/metrics';
import { type WebServer, webModule } from '@daemonry/modules/web';
import { BackgroundDaemon, PeriodicTask, type TickContext } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;
type Options = Partial<Parameters<typeof createTestApplication>[0]>;

const running: TestApplication[] = [];

/** The next runs of `order_sync.tick`, one each; then it succeeds. */
export const behaviours: ((context: TickContext) => void | Promise<void>)[] = [];

@BackgroundDaemon({ interval: '1m', tickTimeout: '10s' })
export class OrderSync {
  tick(context: TickContext): void | Promise<void> {
    return behaviours.shift()?.(context);
  }

  @PeriodicTask({ cron: '0 3 * * *' })
  compact(): void {}
}

/** A running application with the metrics module, and with `web` unless its port is undefined. */
export async function givenMetrics({
  metrics = {},
  web = { port: 0 },
  options = {},
  modules = [],
  values = {},
  ...rest
}: Options & {
  readonly metrics?: Record<string, unknown>;
  readonly web?: Record<string, unknown> | false;
  readonly options?: MetricsModuleOptions;
  readonly values?: Record<string, unknown>;
} = {}) {
  const app = await createTestApplication({
    listeners: [OrderSync],
    modules: [metricsModule(options), ...(web === false ? [] : [webModule()]), ...modules],
    config: { values: { metrics, ...values, ...(web === false ? {} : { web }) } },
    ...rest,
  });
  running.push(app);
  await app.start();
  const daemon = app.listeners.resolve<Metrics>('metrics');
  const url = web === false ? undefined : `${app.listeners.resolve<WebServer>('web').address?.url ?? ''}/metrics`;
  return {
    app,
    daemon,
    url: daemon.url ?? url ?? '',
    samples: async () => samplesOf((await daemon.expose())?.body ?? ''),
  };
}

export async function endMetrics(): Promise<void> {
  behaviours.length = 0;
  await Promise.all(running.splice(0).map((app) => app.stop()));
}

/** The lines of an exposition that begin with `daemonry_`: value by name and labels. */
export const samplesOf = (text: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.startsWith('daemonry_'))
      .map((line) => line.replace(/ # .*/, ''))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );

export const failing = (): never => {
  throw new Error('no orders');
};
