import type { Application } from '../contracts/Application';
import { writeListenerMetadata } from '../contracts/metadata';
import type { BackgroundDaemonOptions } from '../contracts/options';
import type { ApplicationOptions } from './ApplicationOptions';

/**
 * Runs an application that has nothing of an author in it, from its plan to its end: afterwards a code cache has the functions that
 * every application needs for that. Takes a tenth of a second.
 *
 * @param build - creates it.
 * @param logger - receives the log lines. @defaultValue winston, on the standard output
 */
export async function rehearse(
  build: (options: ApplicationOptions) => Promise<Application>,
  logger: ApplicationOptions['logger'],
): Promise<void> {
  class Service {}
  class First {
    startup(): void {}
    tick(): void {}
    shutdown(): void {}
  }
  class Second {
    constructor(
      readonly first: First,
      readonly service: Service,
    ) {}
    async startup(): Promise<void> {}
    async tick(): Promise<void> {}
    async shutdown(): Promise<void> {}
  }
  declare(First, { interval: '10ms' });
  declare(Second, { interval: '10ms' });
  // As a compiler records it.
  Reflect.defineMetadata('design:paramtypes', [First, Service], Second);

  const app = await build({
    name: 'rehearsal',
    listeners: [First, Second],
    services: [Service],
    config: { directory: false, env: false },
    plugins: { from: false },
    ...(logger === undefined ? {} : { logger }),
  });
  const ticked = new Promise((resolve) => app.events.on('run.finished', resolve));
  await app.start();
  await ticked;
  app.status();
  await app.health();
  await app.stop();
}

const declare = (target: abstract new (...given: never[]) => object, options: BackgroundDaemonOptions): void => {
  writeListenerMetadata(target, { kind: 'daemon', options, location: () => undefined });
};
