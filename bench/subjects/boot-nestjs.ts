import 'reflect-metadata';

import { loadPeer } from './loadPackages';
import { elapsed, report } from './Subject';

interface Nest {
  NestFactory: {
    createApplicationContext(module: unknown, options: { logger: false }): Promise<{ close(): Promise<void> }>;
  };
  readonly Module: (metadata: object) => ClassDecorator;
  readonly Injectable: () => ClassDecorator;
  readonly Interval: (ms: number) => MethodDecorator;
  ScheduleModule: { forRoot(): unknown };
}

/** NestJS with @nestjs/schedule, from `bench/peers`: one provider a daemon, `onModuleInit` and an `@Interval`. */
function loadNest(): Nest {
  return { ...loadPeer('@nestjs/common'), ...loadPeer('@nestjs/core'), ...loadPeer('@nestjs/schedule') } as Nest;
}

void report((size) => {
  const { NestFactory, Module, Injectable, Interval, ScheduleModule } = loadNest();
  return elapsed(async () => {
    const providers = Array.from({ length: size }, (_, index) => {
      @Injectable()
      class Daemon {
        started = false;
        async onModuleInit(): Promise<void> {
          this.started = true;
        }
        @Interval(300_000)
        tick(): void {}
      }
      Object.defineProperty(Daemon, 'name', { value: `Daemon${index}` });
      return Daemon;
    });
    class Root {}
    Module({ imports: [ScheduleModule.forRoot()], providers })(Root);
    const app = await NestFactory.createApplicationContext(Root, { logger: false });
    setImmediate(() => void app.close());
  });
});
