import { injectable } from 'inversify';

import { BackgroundDaemon } from '../../../decorators/listeners';
import type { BackgroundDaemonOptions, EventDrivenDaemonOptions } from '../../../src/contracts/options';

export type Class = new () => object;

/** A daemon class that injects what it is told to. */
export function daemon(name: string, options: BackgroundDaemonOptions = {}, ...injects: Class[]): Class {
  const target = { [name]: class {} }[name] as Class;
  Reflect.defineMetadata('design:paramtypes', injects, target);
  (BackgroundDaemon(options as EventDrivenDaemonOptions) as ClassDecorator)(target);
  return target;
}

/** An ordinary class that injects what it is told to. */
export function service(name: string, ...injects: unknown[]): Class {
  const target = { [name]: class {} }[name] as Class;
  Reflect.defineMetadata('design:paramtypes', injects, target);
  injectable()(target);
  return target;
}
