import 'reflect-metadata';
import { Container, injectable } from 'inversify';

import { elapsed, report } from './Subject';

/** The container alone: decorate, bind and resolve the classes, then start them one after the other. */
void report((size) => {
  const container = new Container({ defaultScope: 'Singleton' });
  return elapsed(async () => {
    const classes = Array.from({ length: size }, () => {
      class Daemon {
        started = false;
        async startup(): Promise<void> {
          this.started = true;
        }
        tick(): void {}
      }
      injectable('Singleton')(Daemon);
      container.bind(Daemon).toSelf();
      return Daemon;
    });
    for (const daemon of classes) await container.get(daemon).startup();
  });
});
