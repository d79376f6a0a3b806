import { ContainerModule } from 'inversify';

import { BackgroundDaemon, RunInterceptor, type TickContext } from '../../src';
import { createTestApplication } from '../../src/testing';

type Around = RunInterceptor['around'];
type Handler = (context: TickContext) => unknown;

/** An interceptor of a class named `Probe`. */
export const interceptor = (around: Around): RunInterceptor =>
  new (class Probe extends RunInterceptor {
    around = around;
  })();

/**
 * A running application with the daemon `order_sync`, due every minute and limited to ten seconds, and an interceptor for
 * each of `arounds`, the first outermost. `handled` has the ids of the runs whose handler was called.
 */
export async function givenIntercepted(handler: Handler, ...arounds: Around[]) {
  const handled: string[] = [];

  @BackgroundDaemon({ interval: '1m', tickTimeout: '10s' })
  class OrderSync {
    tick(context: TickContext): void | Promise<void> {
      handled.push(context.runId);
      return handler(context) as void | Promise<void>;
    }
  }

  const module = new ContainerModule(({ bind }) => {
    for (const around of arounds) bind(RunInterceptor).toConstantValue(interceptor(around));
  });
  const app = await createTestApplication({ listeners: [OrderSync], modules: [module] });
  await app.start();
  return { app, handled };
}
