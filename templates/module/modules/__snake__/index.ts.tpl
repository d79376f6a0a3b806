import { ContainerModule } from 'inversify';

import { {{pascal}} } from './{{pascal}}';

/** Binds {@link {{pascal}}}, which listeners and services inject by its class. */
export function {{camel}}Module(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind({{pascal}}).toSelf();
  });
}

export { {{pascal}} } from './{{pascal}}';
