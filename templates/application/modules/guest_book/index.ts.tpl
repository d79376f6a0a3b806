import { ContainerModule } from 'inversify';

import { GuestBook } from './GuestBook';

/** The guest book: a service that listeners inject by its class. */
export function guestBookModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(GuestBook).toSelf();
  });
}

export { GuestBook } from './GuestBook';
